/* How operands of bfloat16 products lie in memory. Private to base/product_bfloat16*.c.
 *
 * The instruction vdpbf16ps multiplies two depths at once and adds both products to a float32, so
 * that two depths of a row or column, a pair, lie side by side in 4 bytes. Rounding is to the
 * nearest, ties to even; denormal operands and sums count as zero.
 *
 * B:  blocks of DEPTH_BLOCK depths, cut into panels of PANEL columns, [pair][column].
 * A:  by rows, `row_pairs` apart, for products whose rows are packed as they are needed; or, for
 *     weight gradients, blocks of depths cut into panels of LEFT_PANEL rows, [pair][row].
 * Of an odd depth the last pair is filled up with zeros. */
#ifndef RONDO_BASE_PRODUCT_BFLOAT16_H
#define RONDO_BASE_PRODUCT_BFLOAT16_H

#include <stdint.h>

#include "base/product.h"

enum {
    RONDO_BFLOAT16_PANEL = 32,
    RONDO_BFLOAT16_LEFT_PANEL = 16,
    RONDO_BFLOAT16_DEPTH = 512,
    RONDO_BFLOAT16_ROWS = 8 /* that one call of the kernel computes, at most */
};

/* Two bfloat16, of two depths; the memory belongs to blocks of reals. */
typedef int32_t rondo_pair __attribute__((may_alias));

static inline int64_t rondo_bfloat16_parts(int64_t count, int64_t size)
{
    return (count + size - 1) / size;
}

/* From a row of A to the next, in pairs: an odd number of cache lines, because rows a power of two
 * apart would push each other out of the first-level cache. */
static inline int64_t rondo_bfloat16_row_pairs(int64_t depth)
{
    enum { LINE = 16 };
    return (rondo_bfloat16_parts(depth, 2 * (int64_t)LINE) | 1) * LINE;
}

/* Rows of A at depths [depth_start, +depth), `row_pairs` apart; of index[i] where it is not NULL,
 * and then the columns follow one another. */
void rondo_bfloat16_pack_rows(rondo_pair *packed, int64_t row_pairs, int64_t rows, rondo_matrix a,
                              const int64_t *index, int64_t depth_start, int64_t depth);

/* Columns of B at depths [depth_start, +depth), at most a depth block; index as for
 * rondo_product_columns. */
void rondo_bfloat16_pack_columns(rondo_pair *packed, int64_t depth, int64_t columns, rondo_matrix b,
                                 const int64_t *index, int64_t depth_start);

/* As rondo_product_pack, rondo_product_pack_depths and rondo_product_pack_left. */
void rondo_bfloat16_pack(rondo_real *packed, int64_t depth, int64_t columns, rondo_matrix b,
                         int64_t first_panel, int64_t panel_count);
void rondo_bfloat16_pack_depths(rondo_real *left, int64_t rows, int64_t depth, int64_t first_depth,
                                int64_t depth_count, const rondo_real *data, int64_t stride);
void rondo_bfloat16_pack_left(rondo_real *packed, int64_t rows, int64_t depth,
                              const rondo_real *data, int64_t stride, const int64_t *index,
                              int64_t first_panel, int64_t panel_count);

#endif
