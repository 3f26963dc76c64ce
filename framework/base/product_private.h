/* What computes products, and panels: how operands lie in memory for BLIS's micro-kernel. Private to
 * base/.
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
    bool any_rows; /* kernels multiply any number of rows; otherwise whole register blocks */
} rondo_panel_sizes;

enum { RONDO_SHALLOW_DEPTH = 4 };   /* the most that kernels for few depths take */
enum { RONDO_ROWS_IN_CACHE = 240 }; /* of a packed left operand, the second-level one */

/* AVX512_BF16 needs a compiler that knows it, and float sums. */
#if defined __x86_64__ && !defined RONDO_DOUBLE
#define RONDO_HAVE_BFLOAT16 1
#endif

/* Where a product goes, and what it is added to: row i of C is data + (index ? index[i] : i) * stride, that of
 * the addend likewise. */
typedef struct rondo_product_result {
    rondo_real *data;
    int64_t stride;
    const int64_t *index;
    rondo_addend addend;
} rondo_product_result;

/* The same from row `row`, column `column` on. */
static inline rondo_product_result rondo_product_result_at(const rondo_product_result *c,
                                                           int64_t row, int64_t column)
{
    rondo_product_result at = *c;
    at.data += column + (c->index ? 0 : row * c->stride);
    if (c->index) at.index += row;
    if (c->addend.data) at.addend.data += column + (c->index ? 0 : row * c->addend.stride);
    return at;
}

/* Of the depth block that begins at `start`: those behind the first are added to C. */
static inline rondo_product_result rondo_product_result_of_block(int64_t start, rondo_addend addend,
                                                                 rondo_real *c, int64_t c_stride,
                                                                 const int64_t *index)
{
    if (start > 0) addend = (rondo_addend){c, c_stride};
    return (rondo_product_result){c, c_stride, index, addend};
}

/* C = beta C + A B for one register block, of panels. */
typedef void (*rondo_block_kernel)(int64_t depth, const rondo_real *left, const rondo_real *right,
                                   rondo_real beta, rondo_real *c, int64_t c_stride);

/* Whether kernels for any number of rows give the bits of that one, which has these sizes (base/product_trial.c). */
struct rondo_row_kernels;
bool rondo_row_kernels_agree(const struct rondo_row_kernels *own, const rondo_panel_sizes *sizes,
                             rondo_block_kernel kernel);

/* One way to compute products: what product.h declares, without the prefix. */
typedef struct rondo_product_engine {
    const char *(*name)(void);
    const char *(*rounding)(void);
    rondo_product_blocks (*block_sizes)(void);
    int64_t (*scratch)(int64_t rows);
    int64_t (*left_size)(int64_t rows, int64_t depth);
    int64_t (*left_offset)(int64_t rows, int64_t start);
    int64_t (*depths_size)(int64_t rows, int64_t depth);
    int64_t (*packed_size)(int64_t depth, int64_t columns);
    int64_t (*panel_count)(int64_t columns);
    int64_t (*left_panel_count)(int64_t rows);
    void (*pack)(rondo_real *packed, int64_t depth, int64_t columns, rondo_matrix b,
                 int64_t first_panel, int64_t panel_count);
    void (*packed)(int64_t rows, int64_t depth, int64_t columns, rondo_matrix a,
                   const rondo_real *packed, int64_t first_column, int64_t column_count,
                   rondo_addend addend, rondo_real *c, int64_t c_stride, rondo_real *scratch);
    void (*scattered)(int64_t rows, int64_t depth, int64_t columns, const rondo_real *a,
                      int64_t a_stride, const int64_t *index, const rondo_real *packed,
                      const rondo_column_blocks *of, rondo_addend addend, rondo_real *c,
                      int64_t c_stride, rondo_real *scratch);
    void (*pack_depths)(rondo_real *left, int64_t rows, int64_t depth, int64_t first_depth,
                        int64_t depth_count, const rondo_real *data, int64_t stride);
    void (*multiply)(int64_t rows, int64_t depth, int64_t columns, const rondo_real *left,
                     const rondo_real *packed, int64_t first_column, int64_t column_count,
                     rondo_addend addend, rondo_real *c, int64_t c_stride);
    void (*pack_left)(rondo_real *packed, int64_t rows, int64_t depth, const rondo_real *data,
                      int64_t stride, const int64_t *index, int64_t first_panel,
                      int64_t panel_count);
    void (*columns)(const rondo_product_left *lefts, int64_t count, int64_t columns, int64_t depth,
                    rondo_matrix b, const int64_t *index, rondo_real beta, int64_t c_stride,
                    rondo_real *scratch);
} rondo_product_engine;

extern const rondo_product_engine rondo_product_engine_blis;

/* Of the precision in use. */
bool rondo_product_is_by_blis(void);

/* Why BLIS has the kernels it has. */
const char *rondo_product_blis_reason(void);
#ifdef RONDO_HAVE_BFLOAT16
extern const rondo_product_engine rondo_product_engine_bfloat16;
#endif

/* Whether rows follow one another without a gap; their numbers rise. */
static inline bool rondo_panels_follow(const int64_t *index, int64_t rows)
{
    return index[rows - 1] - index[0] == rows - 1;
}

/* Of the kernel in use; the first call is made before any thread is started. */
const rondo_panel_sizes *rondo_panel_sizes_get(void);

/* Of the rows of A those that lie in panels: whole panels, where kernels multiply any number of rows
 * (base/product_rows.h). */
static inline int64_t rondo_panels_rows(const rondo_panel_sizes *sizes, int64_t rows)
{
    if (!sizes->any_rows) return rows;
    return rows <= sizes->row_block ? 0 : rows - rows % sizes->row_block;
}

/* The same where A is packed for one product: of few depths no rows, because packing would cost more than it
 * saves. */
static inline int64_t rondo_panels_rows_at_once(const rondo_panel_sizes *sizes, int64_t rows,
                                                int64_t depth)
{
    return sizes->any_rows && depth <= RONDO_SHALLOW_DEPTH ? 0 : rondo_panels_rows(sizes, rows);
}

/* Rows of A that lie in panels, at depths [depth_start, +depth). */
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

/* BLIS's engine: what product.h declares. */
int64_t rondo_panels_scratch(int64_t rows);
int64_t rondo_panels_left_size(int64_t rows, int64_t depth);
int64_t rondo_panels_packed_size(int64_t depth, int64_t columns);
int64_t rondo_panels_count(int64_t columns);
int64_t rondo_panels_left_count(int64_t rows);
void rondo_panels_pack(rondo_real *packed, int64_t depth, int64_t columns, rondo_matrix b,
                       int64_t first_panel, int64_t panel_count);
/* Behind the panels of a depth block its other rows, one after another. */
void rondo_panels_pack_depths(rondo_real *left, int64_t rows, int64_t depth, int64_t first_depth,
                              int64_t depth_count, const rondo_real *data, int64_t stride);
/* All rows in panels. */
void rondo_panels_pack_left(rondo_real *packed, int64_t rows, int64_t depth, const rondo_real *data,
                            int64_t stride, const int64_t *index, int64_t first_panel,
                            int64_t panel_count);

#endif
