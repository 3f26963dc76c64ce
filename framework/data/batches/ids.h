/* Ids of symbols in as few bytes each as the largest needs: a text of characters is as large in
 * memory as in its file. What reads them sees int32_t. */
#ifndef RONDO_DATA_BATCHES_IDS_H
#define RONDO_DATA_BATCHES_IDS_H

#include <stdint.h>

typedef struct rondo_ids {
    const void *data; /* NULL: none */
    int32_t size;     /* bytes of an id: 1, 2 (both unsigned) or 4 */
} rondo_ids;

/* Ids that are int32_t already; NULL is fine. [any] */
static inline rondo_ids rondo_ids_of(const int32_t *data)
{
    return (rondo_ids){data, sizeof *data};
}

/* Bytes of an id, where ids are 0 .. count - 1. [any] */
static inline int32_t rondo_ids_size(int64_t count)
{
    return count <= INT64_C(1) << 8 ? 1 : count <= INT64_C(1) << 16 ? 2 : 4;
}

/* Inline: called for each symbol of a data set. [any] */
static inline int32_t rondo_ids_get(rondo_ids ids, int64_t i)
{
    if (ids.size == 1) return ((const uint8_t *)ids.data)[i];
    if (ids.size == 2) return ((const uint16_t *)ids.data)[i];
    return ((const int32_t *)ids.data)[i];
}

/* Into an array of ids of that size, which has room for it. [any] */
static inline void rondo_ids_put(void *data, int32_t size, int64_t i, int32_t id)
{
    if (size == 1)
        ((uint8_t *)data)[i] = (uint8_t)id;
    else if (size == 2)
        ((uint16_t *)data)[i] = (uint16_t)id;
    else
        ((int32_t *)data)[i] = id;
}

/* The same array from its id number `first` on. [any] */
static inline rondo_ids rondo_ids_from(rondo_ids ids, int64_t first)
{
    return (rondo_ids){(const char *)ids.data + first * ids.size, ids.size};
}

#endif
