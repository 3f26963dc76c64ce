/* Kernels for any number of rows with AVX-512: a piece is a vector. */
#include "base/product_rows.h"

#include <stddef.h>

#ifdef RONDO_HAVE_ROW_KERNELS

#include <immintrin.h>
#define AVX512_CODE __attribute__((target("avx512f")))

enum { ROWS = RONDO_KERNEL_ROWS, PIECES = RONDO_KERNEL_PIECES, LANES = RONDO_KERNEL_COLUMNS };

/* Where piece `v` of the panels of B begins, each of `width` columns. */
static inline __attribute__((always_inline)) int64_t piece_at(int64_t depth, const int width,
                                                              const int v)
{
    const int64_t column = (int64_t)v * LANES;
    return column / width * width * depth + column % width;
}

AVX512_CODE static inline __attribute__((always_inline)) void
add_depths(int64_t depth, const rondo_kernel_left left, const float *b, const int width,
           const rondo_row_request *request, const int rows, const int pieces, const bool asks,
           __m512 sums[ROWS][PIECES])
{
    const float *next = request->data;
    int64_t next_step = request->step;
    for (int64_t d = 0, at = 0; d < depth; d++, at += left.step, b += width) {
        __m512 columns[PIECES];
        if (asks) {
            _mm_prefetch((const char *)next, _MM_HINT_T1);
            next += next_step;
        }
#pragma GCC unroll 8
        for (int v = 0; v < pieces; v++)
            columns[v] = _mm512_loadu_ps(b + piece_at(depth, width, v));
#pragma GCC unroll 8
        for (int i = 0; i < rows; i++) {
            __m512 row = _mm512_set1_ps(left.is_panel ? left.rows[0][at + i] : left.rows[i][at]);
#pragma GCC unroll 8
            for (int v = 0; v < pieces; v++)
                sums[i][v] = _mm512_fmadd_ps(row, columns[v], sums[i][v]);
        }
    }
}

AVX512_CODE static inline __attribute__((always_inline)) void
store_sums(float *const c[ROWS], const float *const addend[ROWS], const int rows, const int pieces,
           const bool adds, __m512 sums[ROWS][PIECES])
{
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
#pragma GCC unroll 8
        for (int v = 0; v < pieces; v++) {
            const ptrdiff_t column = (ptrdiff_t)v * LANES;
            if (adds) sums[i][v] = _mm512_add_ps(_mm512_loadu_ps(addend[i] + column), sums[i][v]);
            _mm512_storeu_ps(c[i] + column, sums[i][v]);
        }
    }
}

/* C is asked for first, because its sums come last. */
AVX512_CODE static inline __attribute__((always_inline)) void
begin_sums(float *const c[ROWS], const int rows, const int pieces, __m512 sums[ROWS][PIECES])
{
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
#pragma GCC unroll 8
        for (int v = 0; v < pieces; v++) {
            _mm_prefetch((const char *)(c[i] + (ptrdiff_t)v * LANES), _MM_HINT_T0);
            sums[i][v] = _mm512_setzero_ps();
        }
    }
}

AVX512_CODE static inline __attribute__((always_inline)) void
multiply_rows(const rondo_row_tile *t, const int width, const int rows, const int pieces)
{
    __m512 sums[ROWS][PIECES];
    const rondo_kernel_left left = {t->a, t->a_step, false};
    begin_sums(t->c, rows, pieces, sums);
    if (t->request.data)
        add_depths(t->depth, left, t->b, width, &t->request, rows, pieces, true, sums);
    else
        add_depths(t->depth, left, t->b, width, &t->request, rows, pieces, false, sums);
    if (t->adds)
        store_sums(t->c, t->addend, rows, pieces, true, sums);
    else
        store_sums(t->c, t->addend, rows, pieces, false, sums);
}

AVX512_CODE static inline __attribute__((always_inline)) void
store_panel(const rondo_panel_tile *t, int64_t panel, float *const c[ROWS], const int pieces,
            __m512 sums[ROWS][PIECES])
{
    const float *addend[ROWS];
    if (!t->addend) {
        store_sums(c, NULL, ROWS, pieces, false, sums);
        return;
    }
#pragma GCC unroll 8
    for (int i = 0; i < ROWS; i++)
        addend[i] = t->addend + (panel * ROWS + i) * t->addend_stride;
    store_sums(c, addend, ROWS, pieces, true, sums);
}

AVX512_CODE static inline __attribute__((always_inline)) void
multiply_panels(const rondo_panel_tile *t, const int width, const int pieces)
{
    rondo_row_request request = t->request;
    for (int64_t panel = 0; panel < t->panels; panel++) {
        __m512 sums[ROWS][PIECES];
        const float *a = t->a + panel * ROWS * t->depth;
        const rondo_kernel_left left = {&a, ROWS, true};
        float *c[ROWS];
#pragma GCC unroll 8
        for (int i = 0; i < ROWS; i++)
            c[i] = t->c + (panel * ROWS + i) * t->c_stride;
        begin_sums(c, ROWS, pieces, sums);
        if (request.data) {
            add_depths(t->depth, left, t->b, width, &request, ROWS, pieces, true, sums);
            request.data += t->depth * request.step;
        } else {
            add_depths(t->depth, left, t->b, width, &request, ROWS, pieces, false, sums);
        }
        store_panel(t, panel, c, pieces, sums);
    }
}

/* X(width, rows, pieces): as many sums as registers hold beside what is multiplied. */
/* clang-format off */
#define KERNELS(X, width)                                                                          \
    X(width, 1, 1) X(width, 1, 2) X(width, 1, 3) X(width, 1, 4) X(width, 1, 5) X(width, 1, 6)      \
    X(width, 2, 1) X(width, 2, 2) X(width, 2, 3) X(width, 2, 4) X(width, 2, 5) X(width, 2, 6)      \
    X(width, 3, 1) X(width, 3, 2) X(width, 3, 3) X(width, 3, 4) X(width, 3, 5) X(width, 3, 6)      \
    X(width, 4, 1) X(width, 4, 2) X(width, 4, 3) X(width, 4, 4)                                    \
    X(width, 5, 1) X(width, 5, 2) X(width, 5, 3) X(width, 5, 4)                                    \
    X(width, 6, 1) X(width, 6, 2) X(width, 6, 3) X(width, 6, 4)                                    \
    X(width, 7, 1) X(width, 7, 2) X(width, 8, 1) X(width, 8, 2)
/* clang-format on */

#define DEFINITION(width, rows, pieces)                                                            \
    AVX512_CODE static void multiply_##width##_##rows##_##pieces(const rondo_row_tile *t)          \
    {                                                                                              \
        multiply_rows(t, width, rows, pieces);                                                     \
    }
#define ENTRY(width, rows, pieces) [rows - 1][pieces - 1] = multiply_##width##_##rows##_##pieces,

KERNELS(DEFINITION, 16)
KERNELS(DEFINITION, 32)

/* X(width, pieces): of panels of A. */
#define PANEL_KERNELS(X) X(16, 1) X(16, 2) X(32, 1) X(32, 2)
#define PANEL_DEFINITION(width, pieces)                                                            \
    AVX512_CODE static void multiply_panels_##width##_##pieces(const rondo_panel_tile *t)          \
    {                                                                                              \
        multiply_panels(t, width, pieces);                                                         \
    }

PANEL_KERNELS(PANEL_DEFINITION)

/* Row by row, because a row costs little more than what is read and written of it. */
AVX512_CODE static inline __attribute__((always_inline)) void
multiply_depths(int64_t rows, const rondo_row_left *a, const rondo_row_right *b,
                const rondo_product_result *c, const int width, const int depth)
{
    const float *panels = b->panels + b->first * depth;
    for (int64_t i = 0; i < rows; i++) {
        const float *row = a->data + rondo_row_start(a->index, i, a->row);
        float *to = c->data + rondo_row_start(c->index, i, c->stride);
        const float *addend = c->addend.data;
        if (addend) addend += rondo_row_start(c->index, i, c->addend.stride);
        __m512 numbers[RONDO_SHALLOW_DEPTH];
#pragma GCC unroll 4
        for (int d = 0; d < depth; d++)
            numbers[d] = _mm512_set1_ps(row[d * a->step]);
        for (int64_t column = 0; column < b->count; column += LANES) {
            const float *piece = panels + column / width * width * depth + column % width;
            int64_t rest = b->count - column;
            __mmask16 exist = (__mmask16)(rest < LANES ? (1U << rest) - 1 : UINT16_MAX);
            __m512 sum = _mm512_setzero_ps();
#pragma GCC unroll 4
            for (int d = 0; d < depth; d++)
                sum =
                    _mm512_fmadd_ps(numbers[d], _mm512_loadu_ps(piece + (ptrdiff_t)d * width), sum);
            if (addend) sum = _mm512_add_ps(_mm512_maskz_loadu_ps(exist, addend + column), sum);
            _mm512_mask_storeu_ps(to + column, exist, sum);
        }
    }
}

/* X(width, depth) */
#define SHALLOW_KERNELS(X, width) X(width, 1) X(width, 2) X(width, 3) X(width, 4)
#define SHALLOW_DEFINITION(width, depth)                                                           \
    AVX512_CODE static void multiply_depths_##width##_##depth(                                     \
        int64_t rows, const rondo_row_left *a, const rondo_row_right *b,                           \
        const rondo_product_result *c)                                                             \
    {                                                                                              \
        multiply_depths(rows, a, b, c, width, depth);                                              \
    }
#define SHALLOW_ENTRY(width, depth) [depth - 1] = multiply_depths_##width##_##depth,

SHALLOW_KERNELS(SHALLOW_DEFINITION, 16)
SHALLOW_KERNELS(SHALLOW_DEFINITION, 32)

static const rondo_row_kernels of_16 = {ROWS,
                                        {6, 6, 6, 4, 4, 4, 2, 2},
                                        {KERNELS(ENTRY, 16)},
                                        {multiply_panels_16_1, multiply_panels_16_2},
                                        {SHALLOW_KERNELS(SHALLOW_ENTRY, 16)},
                                        16,
                                        &rondo_narrow_kernels_avx2};
static const rondo_row_kernels of_32 = {ROWS,
                                        {6, 6, 6, 4, 4, 4, 2, 2},
                                        {KERNELS(ENTRY, 32)},
                                        {multiply_panels_32_1, multiply_panels_32_2},
                                        {SHALLOW_KERNELS(SHALLOW_ENTRY, 32)},
                                        32,
                                        &rondo_narrow_kernels_avx2};

const rondo_row_kernels *rondo_row_kernels_avx512(int64_t width)
{
    return width == 16 ? &of_16 : width == 32 ? &of_32 : NULL;
}

#else

const rondo_row_kernels *rondo_row_kernels_avx512(int64_t width)
{
    (void)width;
    return NULL;
}

#endif
