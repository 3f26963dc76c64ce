/* Rows of an embedding that a minibatch used. The gradient of all others is 0, most of that of a large vocabulary: the
 * pass does not write it, and the update does not read it.
 */
#ifndef RONDO_MODEL_USED_ROWS_H
#define RONDO_MODEL_USED_ROWS_H

#include <stdint.h>

typedef struct rondo_used_rows {
    int64_t offset;         /* of the embedding in the parameter block */
    int64_t rows, columns;  /* of the embedding */
    const uint8_t *is_used; /* [rows]: 1, or 0 */
} rondo_used_rows;

/* Numbers [first, +count) of the parameter block. */
typedef struct rondo_parameter_span {
    int64_t first, count;
} rondo_parameter_span;

/* The first span of [from, end) that has a gradient: all but unused rows have one; `used` NULL: the whole. Where there
 * is none it is empty, and first is end. [any] */
rondo_parameter_span rondo_used_rows_span(const rondo_used_rows *used, int64_t from, int64_t end);

#endif
