/* Products of any number of rows of float32, with the bits of BLIS's kernels for AVX2 and AVX-512,
 * which compute 6 and 12 rows at a time: every element is one chain of fused multiplications and
 * additions, from 0, in the order of depths, then one addition to what C holds
 * (bli_sgemm_haswell_asm_6x16, which zen to zen3 have, too; bli_sgemm_skx_asm_32x12_l2). Whether the
 * kernel in use does so is tried (base/product.c). Private to base/product*.c. */
#ifndef RONDO_BASE_PRODUCT_ROWS_H
#define RONDO_BASE_PRODUCT_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "rondo/real.h"

#if defined __x86_64__ && !defined RONDO_DOUBLE
#define RONDO_HAVE_ROW_KERNELS 1
#endif

enum {
    RONDO_KERNEL_ROWS = 8,     /* of one call of a kernel, at most */
    RONDO_KERNEL_PIECES = 6,   /* likewise: columns, in pieces .. */
    RONDO_KERNEL_COLUMNS = 16, /* .. of so many */
};

/* What one call computes: whole pieces of panels that follow one another. */
typedef struct rondo_row_tile {
    int64_t depth;
    const rondo_real *a[RONDO_KERNEL_ROWS]; /* depth 0 of each row .. */
    int64_t a_step;                         /* .. and from a depth to the next */
    const rondo_real *b;                    /* first depth of the first panel */
    rondo_real *c[RONDO_KERNEL_ROWS];
    bool adds; /* to what C holds */
} rondo_row_tile;

typedef void (*rondo_row_kernel)(const rondo_row_tile *tile);

typedef struct rondo_row_kernels {
    int64_t rows;                      /* of one call, at most; a panel of A has as many */
    int64_t pieces[RONDO_KERNEL_ROWS]; /* most pieces of a call with 1, 2, .. rows; whole panels */
    rondo_row_kernel calls[RONDO_KERNEL_ROWS]
                          [RONDO_KERNEL_PIECES]; /* by rows, then pieces, from 1 */
} rondo_row_kernels;

/* Of an instruction set and panels of `width` columns; NULL where there are none. [any] */
const rondo_row_kernels *rondo_row_kernels_avx2(int64_t width);
const rondo_row_kernels *rondo_row_kernels_avx512(int64_t width);

/* The best that this processor can run; NULL: none. [any] */
const rondo_row_kernels *rondo_row_kernels_best(int64_t width);

/* Element (i, d) of A is data[(index ? index[i] : i) * row + d * step]. */
typedef struct rondo_row_left {
    const rondo_real *data;
    int64_t row, step;
    const int64_t *index;
} rondo_row_left;

/* C = A B or, where it adds, C + A B, for one depth block and the first columns of its panels. Rows
 * of C are c_stride apart, row i at c_index[i] where that is not NULL. */
void rondo_rows_multiply(const rondo_row_kernels *kernels, int64_t rows, int64_t columns,
                         int64_t depth, const rondo_row_left *a, const rondo_real *b, bool adds,
                         rondo_real *c, int64_t c_stride, const int64_t *c_index);

/* The same of rows that lie in panels of kernels->rows, all of them full. */
void rondo_rows_multiply_panels(const rondo_row_kernels *kernels, int64_t rows, int64_t columns,
                                int64_t depth, const rondo_real *panels, const rondo_real *b,
                                bool adds, rondo_real *c, int64_t c_stride, const int64_t *c_index);

#endif
