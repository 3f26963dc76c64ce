/* Matrix products: the wrapper of BLIS, and products of bfloat16.
 *
 * Products are built from kernels over panels packed here: BLIS's own micro-kernel, taken from its
 * context at run time, kernels of ours that give its bits (base/product_rows.h), or those for
 * bfloat16 (base/product_bfloat16.c). Two reasons. Weights do not change within a minibatch, so they
 * are packed once per update and shared by all threads and all time steps. And the order of additions
 * is fixed by the depth alone: an element's bits do not depend on how many rows or columns are
 * computed with it, on which thread, or on the other rows (bli_gemm chooses another path by shape).
 *
 * C[rows, columns] = addend + A[rows, depth] B[depth, columns]. A and B have a row and
 * a column stride, so a transpose is a swap of strides; C is stored by rows. Nothing here fails or
 * allocates; sizes are in reals. All functions but rondo_product_start are [worker].
 */
#ifndef RONDO_BASE_PRODUCT_H
#define RONDO_BASE_PRODUCT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "rondo/real.h"

/* A matrix that is only read: element (i, j) at data[i * row_stride + j * column_stride]. */
typedef struct rondo_matrix {
    const rondo_real *data;
    int64_t row_stride;
    int64_t column_stride;
} rondo_matrix;

/* What a product is added to: row i at data + i * stride, or data + index[i] * stride where the rows of
 * C have an index. C itself, with its stride: C += A B. A stride of 0: one row for all. data NULL:
 * nothing. */
typedef struct rondo_addend {
    const rondo_real *data;
    int64_t stride;
} rondo_addend;

/* The register block of the micro-kernel and the depth of a packed block. */
typedef struct rondo_product_blocks {
    int64_t rows;    /* that cost as much as one of them: MR, or 1 where any number has a kernel */
    int64_t columns; /* NR */
    int64_t depth;   /* KC */
} rondo_product_blocks;

/* What products multiply. Sums, results and everything outside of products are of rondo_real; with
 * bfloat16 both operands are rounded to it (to nearest, ties to even) when they are packed. */
typedef enum rondo_precision { RONDO_FLOAT32 = 0, RONDO_BFLOAT16 = 1 } rondo_precision;

/* What this machine, or this build, lacks for such products; NULL: nothing. [any] */
const char *rondo_precision_lacks(rondo_precision precision);

/* Whether such products take longer here than those of float32. [any] */
bool rondo_precision_is_slow(rondo_precision precision);

/* All products from here on; what was packed with another precision cannot be used then. To be
 * called before anything is planned or packed; cheap. RONDO_FLOAT32 at first. [main] */
void rondo_product_use(rondo_precision precision);

rondo_product_blocks rondo_product_block_sizes(void);

/* Name of what computes products of the precision in use: the BLIS version and kernel family, such
 * as "BLIS 0.9.0 zen3", or "bfloat16 avx512_bf16". Recorded in checkpoints. */
const char *rondo_product_kernel(void);

/* How products are rounded: all kernels of one answer give the same bits. Those of rondo's own share
 * "fused, blocks of 256"; of others it is the kernel's name. Recorded in checkpoints. The first call is made
 * before any thread is started. */
const char *rondo_product_rounding(void);

/* Chooses BLIS's kernels, before the first product and before any thread is started: those that
 * BLIS_ARCH_TYPE names, else those that BLIS chooses, or better ones (base/product_choice.h). Kernels
 * that BLIS did not choose are tried in a child process, because BLIS would abort the program.
 * RONDO_USAGE where those of the variable cannot be used. [main] */
rondo_status rondo_product_start(rondo_error *error);

/* Why these kernels, such as "chosen by BLIS", and whether they are those of plain C that BLIS has
 * for unknown processors. */
const char *rondo_product_reason(void);
bool rondo_product_is_generic(void);

/* Scratch one thread needs for the calls below: for a packed B with at most `rows` rows of A, and
 * for tiles with neither operand packed. Aligned to RONDO_ALIGNMENT. */
int64_t rondo_product_scratch(int64_t rows);

/* Size of a left operand packed whole by rondo_product_pack_left; those of parts of its depths are
 * together at most as large. */
int64_t rondo_product_left_size(int64_t rows, int64_t depth);

/* Where in it depths from `start` on begin, a multiple of the block depth: they are a left operand, too. */
int64_t rondo_product_left_offset(int64_t rows, int64_t start);

/* Size of one packed by rondo_product_pack_depths. */
int64_t rondo_product_depths_size(int64_t rows, int64_t depth);

/* B packed whole. Size in reals; column panels can be packed by different threads. */
int64_t rondo_product_packed_size(int64_t depth, int64_t columns);
int64_t rondo_product_panel_count(int64_t columns);
void rondo_product_pack(rondo_real *packed, int64_t depth, int64_t columns, rondo_matrix b,
                        int64_t first_panel, int64_t panel_count);

/* C = addend + A B for columns [first_column, first_column + column_count) of a packed B with
 * `columns` columns; c and the addend begin at element (0, first_column). first_column is a multiple
 * of NR. */
void rondo_product_packed(int64_t rows, int64_t depth, int64_t columns, rondo_matrix a,
                          const rondo_real *packed, int64_t first_column, int64_t column_count,
                          rondo_addend addend, rondo_real *c, int64_t c_stride,
                          rondo_real *scratch);

/* Columns first + i * apart + [0, count) for i < blocks: one gate's units, of several gates. All
 * but count are multiples of NR; count is one where it does not end the matrix. */
typedef struct rondo_column_blocks {
    int64_t first, count, blocks, apart;
} rondo_column_blocks;

/* The same for rows that lie apart, and some columns: row i of A is a + index[i] * a_stride, row i
 * of C is c + index[i] * c_stride; c and the addend begin in column 0. The index rises; runs of several rows that
 * follow one another are fast. */
void rondo_product_scattered(int64_t rows, int64_t depth, int64_t columns, const rondo_real *a,
                             int64_t a_stride, const int64_t *index, const rondo_real *packed,
                             const rondo_column_blocks *of, rondo_addend addend, rondo_real *c,
                             int64_t c_stride, rondo_real *scratch);

/* The packed product in two halves, for the steps of a recurrence: several workers each pack some
 * depths of A (the units they have just computed) into one left operand; then each multiplies it
 * with some columns of B. `data` is element (0, first_depth) of A, whose rows are `stride` apart; c
 * and the addend begin at element (0, first_column). */
void rondo_product_pack_depths(rondo_real *left, int64_t rows, int64_t depth, int64_t first_depth,
                               int64_t depth_count, const rondo_real *data, int64_t stride);
void rondo_product_multiply(int64_t rows, int64_t depth, int64_t columns, const rondo_real *left,
                            const rondo_real *packed, int64_t first_column, int64_t column_count,
                            rondo_addend addend, rondo_real *c, int64_t c_stride);

/* Weight gradients: C = A' B over many depths (tokens). A is packed whole, once, and shared by the
 * column ranges of C that different threads compute; each packs its own columns of B as it goes. */
enum { RONDO_PRODUCT_RANGE = 480 }; /* columns of a range, at most */

/* Row d of `data` (rows `stride` apart), or row index[d] where index is not NULL, becomes depth d
 * of the packed left operand with `rows` rows. Row panels can be packed by different threads. */
int64_t rondo_product_left_panel_count(int64_t rows);
void rondo_product_pack_left(rondo_real *packed, int64_t rows, int64_t depth,
                             const rondo_real *data, int64_t stride, const int64_t *index,
                             int64_t first_panel, int64_t panel_count);

/* An A packed by rondo_product_pack_left, and where its product goes. */
typedef struct rondo_product_left {
    const rondo_real *packed;
    int64_t rows;
    rondo_real *c;
} rondo_product_left;

/* C[rows, columns] = beta C + A B, beta 0 or 1, for each of several A, with one packing of B; columns
 * <= RONDO_PRODUCT_RANGE. Where index is not NULL, row d of B is row index[d] of b, whose columns
 * follow one another. Adding up depths in several calls gives the bits of one call when all but the
 * last have a multiple of the block depth. */
void rondo_product_columns(const rondo_product_left *lefts, int64_t count, int64_t columns,
                           int64_t depth, rondo_matrix b, const int64_t *index, rondo_real beta,
                           int64_t c_stride, rondo_real *scratch);

#endif
