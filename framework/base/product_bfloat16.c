/* Products of bfloat16 numbers with float32 sums, by AVX512_BF16. Every element of C is one chain of
 * additions in the order of depths, whatever rows and columns are computed with it: so its bits
 * depend on the depth alone, and a few rows need no padding. */
#include "base/product_private.h"

#ifdef RONDO_HAVE_BFLOAT16

#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/product_bfloat16.h"

#define BFLOAT16_CODE __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))

enum {
    PANEL = RONDO_BFLOAT16_PANEL,
    LEFT_PANEL = RONDO_BFLOAT16_LEFT_PANEL,
    DEPTH_BLOCK = RONDO_BFLOAT16_DEPTH,
    ROWS = RONDO_BFLOAT16_ROWS,
    LANES = 16,
    FEW_ROWS = 4, /* they take two panels at once: the sums of one would wait for each other */
    VECTORS = 4   /* of 16 columns, of two panels */
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What one call of the kernel computes. */
typedef struct tile {
    int64_t pairs;
    const rondo_pair *a[ROWS]; /* first pair of each row .. */
    int64_t a_step;            /* .. and from a pair to the next */
    const __m512i *b;          /* first pair of a panel */
    float *c[ROWS];
    bool adds; /* to .. */
    const float *addend[ROWS];
    __mmask16 last; /* columns of the last vector */
} tile;

BFLOAT16_CODE static inline __attribute__((always_inline)) void
multiply_tile(const tile *t, const int rows, const int vectors)
{
    __m512 sums[ROWS][VECTORS];
    const __m512i *b = t->b, *next = b + t->pairs * 2; /* the panel behind it */
    const rondo_pair *a[ROWS];
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
        a[i] = t->a[i];
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            sums[i][v] = _mm512_setzero_ps();
            __builtin_prefetch(t->c[i] + (ptrdiff_t)v * LANES, 1);
        }
    }
    for (int64_t p = 0, at = 0; p < t->pairs; p++, at += t->a_step) {
        __m512bh columns[VECTORS];
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            columns[v] = (__m512bh)_mm512_loadu_si512((v < 2 ? b : next - 2) + 2 * p + v);
#pragma GCC unroll 8
        for (int i = 0; i < rows; i++) {
            __m512bh row = (__m512bh)_mm512_set1_epi32(a[i][at]);
#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++)
                sums[i][v] = _mm512_dpbf16_ps(sums[i][v], row, columns[v]);
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            __mmask16 mask = v == vectors - 1 ? t->last : 0xffff;
            const ptrdiff_t column = (ptrdiff_t)v * LANES;
            if (t->adds)
                sums[i][v] =
                    _mm512_add_ps(_mm512_maskz_loadu_ps(mask, t->addend[i] + column), sums[i][v]);
            _mm512_mask_storeu_ps(t->c[i] + column, mask, sums[i][v]);
        }
}

#define KERNEL(rows, vectors)                                                                      \
    BFLOAT16_CODE static void multiply_##rows##_##vectors(const tile *t)                           \
    {                                                                                              \
        multiply_tile(t, rows, vectors);                                                           \
    }
#define KERNELS_OF_ONE_PANEL(rows) KERNEL(rows, 1) KERNEL(rows, 2)
#define KERNELS_OF_TWO(rows)       KERNELS_OF_ONE_PANEL(rows) KERNEL(rows, 3) KERNEL(rows, 4)

KERNELS_OF_TWO(1)
KERNELS_OF_TWO(2)
KERNELS_OF_TWO(3)
KERNELS_OF_TWO(4)
KERNELS_OF_ONE_PANEL(5)
KERNELS_OF_ONE_PANEL(6)
KERNELS_OF_ONE_PANEL(7)
KERNELS_OF_ONE_PANEL(8)

#define ONE_PANEL(rows)  multiply_##rows##_1, multiply_##rows##_2
#define TWO_PANELS(rows) ONE_PANEL(rows), multiply_##rows##_3, multiply_##rows##_4

/* By rows, then vectors, each from 1. */
static void (*const kernels[ROWS][VECTORS])(const tile *t) = {
    {TWO_PANELS(1)}, {TWO_PANELS(2)}, {TWO_PANELS(3)}, {TWO_PANELS(4)},
    {ONE_PANEL(5)},  {ONE_PANEL(6)},  {ONE_PANEL(7)},  {ONE_PANEL(8)}};

/* Where A is: row i begins at data + i / LEFT_PANEL * panel + i % LEFT_PANEL * row. */
typedef struct left_operand {
    const rondo_pair *data;
    int64_t panel, row, step;
} left_operand;

static left_operand left_by_rows(const rondo_pair *data, int64_t row_pairs)
{
    return (left_operand){data, LEFT_PANEL * row_pairs, row_pairs, 1};
}

static left_operand left_by_panels(const rondo_pair *data, int64_t pairs)
{
    return (left_operand){data, LEFT_PANEL * pairs, 1, LEFT_PANEL};
}

/* Rows [first, +rows) of A and C, `columns` columns of one panel or two. */
static void multiply_rows(tile *t, int64_t first, int64_t rows, int64_t column, int64_t columns,
                          const left_operand *a, const rondo_product_result *c)
{
    int64_t vectors = rondo_bfloat16_parts(columns, LANES);
    for (int64_t i = 0; i < rows; i++) {
        int64_t row = first + i;
        t->a[i] = a->data + row / LEFT_PANEL * a->panel + row % LEFT_PANEL * a->row;
        int64_t at = c->index ? c->index[row] : row;
        t->c[i] = c->data + at * c->stride + column;
        if (t->adds) t->addend[i] = c->addend.data + at * c->addend.stride + column;
    }
    t->last = (__mmask16)(0xffffU >> (vectors * LANES - columns));
    kernels[rows - 1][vectors - 1](t);
}

/* One depth block: a panel of B stays in the first-level cache while all rows pass. Rows are divided
 * evenly among as few calls as there can be. */
static void multiply_block(int64_t rows, int64_t columns, int64_t depth, const left_operand *a,
                           const rondo_pair *b, const rondo_product_result *c)
{
    int64_t groups = rondo_bfloat16_parts(rows, ROWS), pairs = (depth + 1) / 2;
    int64_t width = rows <= FEW_ROWS ? 2 * PANEL : PANEL;
    tile t = {.pairs = pairs, .a_step = a->step, .adds = c->addend.data};
    for (int64_t column = 0; column < columns; column += width) {
        t.b = (const __m512i *)(b + column * pairs);
        for (int64_t group = 0; group < groups; group++) {
            int64_t first = rows * group / groups, end = rows * (group + 1) / groups;
            multiply_rows(&t, first, end - first, column, smaller(width, columns - column), a, c);
        }
    }
}

/* --- what the engine offers --- */

static rondo_product_blocks block_sizes(void)
{
    return (rondo_product_blocks){1, PANEL, DEPTH_BLOCK};
}

static int64_t left_panel_count(int64_t rows)
{
    return rondo_bfloat16_parts(rows, LEFT_PANEL);
}

/* A pair takes a real. Twice what is needed: sizes of parts of an odd number of depths must not add up
 * to more than that of the whole. */
static int64_t left_size(int64_t rows, int64_t depth)
{
    return left_panel_count(rows) * LEFT_PANEL * depth;
}

static int64_t left_offset(int64_t rows, int64_t start)
{
    return left_panel_count(rows) * LEFT_PANEL * (start / 2);
}

static int64_t depths_size(int64_t rows, int64_t depth)
{
    return rows * rondo_bfloat16_row_pairs(depth);
}

static int64_t panel_count(int64_t columns)
{
    return rondo_bfloat16_parts(columns, PANEL);
}

static int64_t packed_size(int64_t depth, int64_t columns)
{
    return panel_count(columns) * PANEL * ((depth + 1) / 2);
}

static int64_t scratch(int64_t rows)
{
    int64_t left_reals = rows * rondo_bfloat16_row_pairs(DEPTH_BLOCK);
    int64_t right_reals = packed_size(DEPTH_BLOCK, RONDO_PRODUCT_RANGE);
    return left_reals > right_reals ? left_reals : right_reals;
}

/* The first pair of a column's panel in the depth block that begins at `start`. */
static const rondo_pair *panel_at(const rondo_real *packed, int64_t columns, int64_t start,
                                  int64_t depth, int64_t column)
{
    return (const rondo_pair *)packed + start / 2 * panel_count(columns) * PANEL +
           column * ((depth + 1) / 2);
}

static void multiply_scattered(int64_t rows, int64_t depth, int64_t columns, const rondo_real *a,
                               int64_t a_stride, const int64_t *index, const rondo_real *packed,
                               const rondo_column_blocks *of, rondo_addend addend, rondo_real *c,
                               int64_t c_stride, rondo_real *space)
{
    for (int64_t start = 0; start < depth; start += DEPTH_BLOCK) {
        int64_t count = smaller(DEPTH_BLOCK, depth - start);
        int64_t row_pairs = rondo_bfloat16_row_pairs(count);
        const left_operand some = left_by_rows((rondo_pair *)space, row_pairs);
        rondo_bfloat16_pack_rows((rondo_pair *)space, row_pairs, rows,
                                 (rondo_matrix){a, a_stride, 1}, index, start, count);
        for (int64_t i = 0; i < of->blocks; i++) {
            int64_t first = of->first + i * of->apart;
            const rondo_product_result all =
                rondo_product_result_of_block(start, addend, c, c_stride, index);
            const rondo_product_result to = rondo_product_result_at(&all, 0, first);
            multiply_block(rows, of->count, count, &some,
                           panel_at(packed, columns, start, count, first), &to);
        }
    }
}

static void multiply_packed(int64_t rows, int64_t depth, int64_t columns, rondo_matrix a,
                            const rondo_real *packed, int64_t first_column, int64_t column_count,
                            rondo_addend addend, rondo_real *c, int64_t c_stride, rondo_real *space)
{
    for (int64_t start = 0; start < depth; start += DEPTH_BLOCK) {
        int64_t count = smaller(DEPTH_BLOCK, depth - start);
        int64_t row_pairs = rondo_bfloat16_row_pairs(count);
        const left_operand some = left_by_rows((rondo_pair *)space, row_pairs);
        const rondo_product_result to =
            rondo_product_result_of_block(start, addend, c, c_stride, NULL);
        rondo_bfloat16_pack_rows((rondo_pair *)space, row_pairs, rows, a, NULL, start, count);
        multiply_block(rows, column_count, count, &some,
                       panel_at(packed, columns, start, count, first_column), &to);
    }
}

static void multiply_left(int64_t rows, int64_t depth, int64_t columns, const rondo_real *all,
                          const rondo_real *packed, int64_t first_column, int64_t column_count,
                          rondo_addend addend, rondo_real *c, int64_t c_stride)
{
    int64_t row_pairs = rondo_bfloat16_row_pairs(depth);
    for (int64_t start = 0; start < depth; start += DEPTH_BLOCK) {
        int64_t count = smaller(DEPTH_BLOCK, depth - start);
        const left_operand some = left_by_rows((const rondo_pair *)all + start / 2, row_pairs);
        const rondo_product_result to =
            rondo_product_result_of_block(start, addend, c, c_stride, NULL);
        multiply_block(rows, column_count, count, &some,
                       panel_at(packed, columns, start, count, first_column), &to);
    }
}

/* One depth block of a left operand: so many rows at a time stay in the second-level cache. */
static void multiply_columns_of(const rondo_product_left *of, int64_t start, int64_t depth,
                                int64_t columns, const rondo_pair *right, bool adds,
                                int64_t c_stride)
{
    enum { MOST = RONDO_ROWS_IN_CACHE / LEFT_PANEL * LEFT_PANEL };
    int64_t pairs = (depth + 1) / 2;
    const rondo_pair *block = (const rondo_pair *)of->packed + left_offset(of->rows, start);
    for (int64_t row = 0; row < of->rows; row += MOST) {
        const left_operand some = left_by_panels(block + row * pairs, pairs);
        float *c = of->c + row * c_stride;
        const rondo_product_result to = {c, c_stride, NULL, {adds ? c : NULL, c_stride}};
        multiply_block(smaller(MOST, of->rows - row), columns, depth, &some, right, &to);
    }
}

static void multiply_columns(const rondo_product_left *lefts, int64_t count, int64_t columns,
                             int64_t depth, rondo_matrix b, const int64_t *index, rondo_real beta,
                             int64_t c_stride, rondo_real *space)
{
    for (int64_t start = 0; start < depth; start += DEPTH_BLOCK) {
        int64_t depths = smaller(DEPTH_BLOCK, depth - start);
        rondo_bfloat16_pack_columns((rondo_pair *)space, depths, columns, b, index, start);
        for (int64_t i = 0; i < count; i++)
            multiply_columns_of(&lefts[i], start, depths, columns, (rondo_pair *)space,
                                start > 0 || beta != 0, c_stride);
    }
}

static const char *name(void)
{
    return "bfloat16 avx512_bf16";
}

const rondo_product_engine rondo_product_engine_bfloat16 = {
    .name = name,
    .rounding = name,
    .block_sizes = block_sizes,
    .scratch = scratch,
    .left_size = left_size,
    .left_offset = left_offset,
    .depths_size = depths_size,
    .packed_size = packed_size,
    .panel_count = panel_count,
    .left_panel_count = left_panel_count,
    .pack = rondo_bfloat16_pack,
    .packed = multiply_packed,
    .scattered = multiply_scattered,
    .pack_depths = rondo_bfloat16_pack_depths,
    .multiply = multiply_left,
    .pack_left = rondo_bfloat16_pack_left,
    .columns = multiply_columns,
};

#endif
