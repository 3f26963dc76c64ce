#include "config/owned.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct rondo_owned_block {
    struct rondo_owned_block *next;
    _Alignas(max_align_t) unsigned char data[];
};

void *rondo_owned_take(rondo_owned *owned, size_t bytes)
{
    struct rondo_owned_block *block = NULL;
    if (!owned->failed && bytes <= SIZE_MAX / 2) block = calloc(1, sizeof *block + bytes);
    if (!block) {
        owned->failed = true;
        return NULL;
    }
    block->next = owned->first;
    owned->first = block;
    return block->data;
}

char *rondo_owned_copy(rondo_owned *owned, const char *text, size_t length)
{
    char *copy = rondo_owned_take(owned, length + 1);
    if (copy) memcpy(copy, text, length);
    return copy;
}

void *rondo_owned_grow(rondo_owned *owned, void *items, int64_t count, int64_t *capacity,
                       size_t size)
{
    if (count < *capacity) return items;
    int64_t wanted = *capacity > 0 ? 2 * *capacity : 16;
    void *more = rondo_owned_take(owned, (size_t)wanted * size);
    if (!more) return NULL;
    if (count > 0) memcpy(more, items, (size_t)count * size);
    *capacity = wanted;
    return more;
}

void rondo_owned_release(rondo_owned *owned, rondo_text *text)
{
    owned->failed |= text->failed;
    rondo_text_finish(text);
}

void rondo_owned_finish(rondo_owned *owned)
{
    while (owned->first) {
        struct rondo_owned_block *next = owned->first->next;
        free(owned->first);
        owned->first = next;
    }
}

rondo_status rondo_owned_check(const rondo_owned *owned, const char *what, rondo_error *error)
{
    if (!owned->failed) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "not enough memory: %s", what);
}
