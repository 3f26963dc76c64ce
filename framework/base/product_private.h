/* Panels: how operands of a product lie in memory for the micro-kernel. Private to base/.
 *
 * A panel has `pack` numbers a depth, one depth after another; the last panel of a matrix is filled
 * up with zeros. An operand is cut into blocks of at most `depth_block` depths, each block panel by
 * panel.
 */
#ifndef RONDO_BASE_PRODUCT_PRIVATE_H
#define RONDO_BASE_PRODUCT_PRIVATE_H

#include <stdbool.h>

#include "base/product.h"

typedef struct rondo_panel_sizes {
    int64_t row_block,
        column_block;              /* rows and columns of C that one call of the kernel computes */
    int64_t row_pack, column_pack; /* widths of panels, at least the blocks */
    int64_t depth_block;
} rondo_panel_sizes;

/* Whether rows follow one another without a gap; their numbers rise. */
static inline bool rondo_panels_follow(const int64_t *index, int64_t rows)
{
    return index[rows - 1] - index[0] == rows - 1;
}

/* Of the kernel in use; the first call is made before any thread is started. */
const rondo_panel_sizes *rondo_panel_sizes_get(void);

/* Rows of A at depths [depth_start, +depth), as panels of row_block rows. */
void rondo_panels_pack_rows(rondo_real *packed, int64_t rows, rondo_matrix a, int64_t depth_start,
                            int64_t depth);

/* The same of rows data + index[i] * stride. */
void rondo_panels_pack_scattered(rondo_real *packed, int64_t rows, const rondo_real *data,
                                 int64_t stride, const int64_t *index, int64_t depth_start,
                                 int64_t depth);

/* All columns of B at depths [depth_start, +depth), at most a depth block; index as for
 * rondo_product_columns. */
void rondo_panels_pack_columns(rondo_real *packed, int64_t depth, int64_t columns, rondo_matrix b,
                               const int64_t *index, int64_t depth_start);

#endif
