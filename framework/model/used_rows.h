/* Rows of an embedding that a minibatch used. The gradient of all others is 0, most of that of a large vocabulary: the
 * pass does not write it, and the update does not read it.
 */
#ifndef RONDO_MODEL_USED_ROWS_H
#define RONDO_MODEL_USED_ROWS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rondo_used_rows {
    int64_t offset;        /* of the embedding in the parameter block */
    int64_t rows, columns; /* of the embedding */
    const int32_t *used;   /* [count], ascending */
    int64_t count;
} rondo_used_rows;

/* The distinct symbols [0, rows) among `tokens` symbols, ascending, into `used`, which has room for the smaller of
 * tokens and rows; returns their number. `marks` is [rows], what stands in it does not matter. [any] */
int64_t rondo_used_rows_find(const int32_t *symbols, int64_t tokens, int64_t rows, uint8_t *marks,
                             int32_t *used);

/* Numbers [first, +count) of the parameter block. */
typedef struct rondo_parameter_span {
    int64_t first, count;
} rondo_parameter_span;

/* The first span of [from, end) that has a gradient: all but unused rows have one; `used` NULL: the whole. With
 * count 0 there is none. [any] */
rondo_parameter_span rondo_used_rows_span(const rondo_used_rows *used, int64_t from, int64_t end);

#endif
