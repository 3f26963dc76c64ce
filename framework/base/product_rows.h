/* Products of any number of rows of float32, with the bits of BLIS's kernels for AVX2 and AVX-512,
 * which compute 6 and 12 rows at a time: every element is one chain of fused multiplications and
 * additions, from 0, in the order of depths, then one addition to what C holds
 * (bli_sgemm_haswell_asm_6x16, which zen to zen3 have, too; bli_sgemm_skx_asm_32x12_l2). Whether the
 * kernel in use does so is tried (base/product.c). Private to base/product*.c. */
#ifndef RONDO_BASE_PRODUCT_ROWS_H
#define RONDO_BASE_PRODUCT_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/product_private.h"

#if defined __x86_64__ && !defined RONDO_DOUBLE
#define RONDO_HAVE_ROW_KERNELS 1
#endif

enum {
    RONDO_KERNEL_ROWS = 8,     /* of one call of a kernel, at most */
    RONDO_KERNEL_PIECES = 6,   /* likewise: columns, in pieces .. */
    RONDO_KERNEL_COLUMNS = 16, /* .. of so many */
    RONDO_PANEL_PIECES = 2,    /* of one call with panels of A, at most */
    RONDO_NARROW_PANELS = 4,   /* of A in one call of a kernel for few columns, at most */
    RONDO_NARROW_COLUMNS = 4,
};

/* Of B, what later calls multiply: at each depth a line of it is asked for, `step` further on. data NULL: nothing
 * is. */
typedef struct rondo_row_request {
    const rondo_real *data;
    int64_t step;
} rondo_row_request;

/* What one call computes: whole pieces of panels that follow one another. */
typedef struct rondo_row_tile {
    int64_t depth;
    const rondo_real *a[RONDO_KERNEL_ROWS]; /* depth 0 of each row .. */
    int64_t a_step;                         /* .. and from a depth to the next */
    const rondo_real *b;                    /* first depth of the first panel */
    rondo_real *c[RONDO_KERNEL_ROWS];
    bool adds; /* to .. */
    const rondo_real *addend[RONDO_KERNEL_ROWS];
    rondo_row_request request;
} rondo_row_tile;

/* The same where rows of A lie in full panels, and those of C and of the addend follow one another. */
typedef struct rondo_panel_tile {
    int64_t depth;
    const rondo_real *a; /* the first panel; the others behind it */
    int64_t panels;
    const rondo_real *b;
    rondo_real *c;
    int64_t c_stride;
    const rondo_real *addend; /* NULL: none */
    int64_t addend_stride;
    rondo_row_request request; /* the first panel's; the next one goes on where it ends */
} rondo_panel_tile;

/* Element (i, d) of A is data[(index ? index[i] : i) * row + d * step]. */
typedef struct rondo_row_left {
    const rondo_real *data;
    int64_t row, step;
    const int64_t *index;
} rondo_row_left;

/* One depth block of B, and columns [first, +count) of it; first is a multiple of a panel's. */
typedef struct rondo_row_right {
    const rondo_real *panels;
    int64_t columns, first, count;
    const rondo_real
        *following; /* what is multiplied after the last column: the next block, or the first */
    bool is_far;    /* all blocks together exceed rondo_product_far_bytes */
} rondo_row_right;

/* How a kernel reads A: the number of row i at depth d is rows[i][d * step]; of a panel, whose rows lie side by
 * side, rows[0][d * step + i]. */
typedef struct rondo_kernel_left {
    const rondo_real *const *rows;
    int64_t step;
    bool is_panel;
} rondo_kernel_left;

/* Panels of A, of `height` rows each, times the first columns of a piece of B. */
typedef struct rondo_narrow_tile {
    int64_t depth, height, width; /* width: of a panel of B */
    const rondo_real *a;          /* the first panel; the others behind it */
    const rondo_real *b;          /* depth 0 of the first column */
    rondo_real sums[RONDO_NARROW_PANELS][RONDO_NARROW_COLUMNS][RONDO_KERNEL_ROWS];
} rondo_narrow_tile;

typedef void (*rondo_narrow_kernel)(rondo_narrow_tile *tile);

typedef struct rondo_narrow_kernels {
    int64_t panels[RONDO_NARROW_COLUMNS]; /* most panels of a call with 1, 2, .. columns */
    rondo_narrow_kernel calls[RONDO_NARROW_PANELS][RONDO_NARROW_COLUMNS]; /* by panels, from 1 */
} rondo_narrow_kernels;

#ifdef RONDO_HAVE_ROW_KERNELS
extern const rondo_narrow_kernels rondo_narrow_kernels_avx2;
#endif

typedef void (*rondo_row_kernel)(const rondo_row_tile *tile);
typedef void (*rondo_panel_kernel)(const rondo_panel_tile *tile);

/* All rows and columns that are wanted of a product of few depths. */
typedef void (*rondo_shallow_kernel)(int64_t rows, const rondo_row_left *a,
                                     const rondo_row_right *b, const rondo_product_result *c);

typedef struct rondo_row_kernels {
    int64_t rows;                      /* of one call, at most; a panel of A has as many */
    int64_t pieces[RONDO_KERNEL_ROWS]; /* most pieces of a call with 1, 2, .. rows; whole panels */
    rondo_row_kernel calls[RONDO_KERNEL_ROWS]
                          [RONDO_KERNEL_PIECES]; /* by rows, then pieces, from 1 */
    rondo_panel_kernel
        of_panels[RONDO_PANEL_PIECES]; /* by pieces, from 1; up to pieces[rows - 1] */
    rondo_shallow_kernel of_depths[RONDO_SHALLOW_DEPTH]; /* by depths, from 1 */
    int64_t width;                                       /* of a panel of B */
    const rondo_narrow_kernels *narrow; /* for the last columns of rows in panels */
} rondo_row_kernels;

/* Of an instruction set and panels of `width` columns; NULL where there are none. [any] */
const rondo_row_kernels *rondo_row_kernels_avx2(int64_t width);
const rondo_row_kernels *rondo_row_kernels_avx512(int64_t width);

/* The best that this processor can run; NULL: none. [any] */
const rondo_row_kernels *rondo_row_kernels_best(int64_t width);

/* Where a row begins, which may stand at another place in an index. */
static inline int64_t rondo_row_start(const int64_t *index, int64_t row, int64_t stride)
{
    return (index ? index[row] : row) * stride;
}

/* C = A B, or that added to something, for one depth block and some columns of B; c begins in the first. */
void rondo_rows_multiply(const rondo_row_kernels *kernels, int64_t rows, int64_t depth,
                         const rondo_row_left *a, const rondo_row_right *b,
                         const rondo_product_result *c);

/* The same of rows that lie in panels of kernels->rows, all of them full. */
void rondo_rows_multiply_panels(const rondo_row_kernels *kernels, int64_t rows, int64_t depth,
                                const rondo_real *panels, const rondo_row_right *b,
                                const rondo_product_result *c);

#endif
