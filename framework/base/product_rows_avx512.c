/* Kernels for any number of rows with AVX-512: a piece is a vector. */
#include "base/product_rows.h"

#include <stddef.h>

#ifdef RONDO_HAVE_ROW_KERNELS

#include <immintrin.h>
#define AVX512_CODE __attribute__((target("avx512f")))

enum { ROWS = RONDO_KERNEL_ROWS, PIECES = RONDO_KERNEL_PIECES, LANES = RONDO_KERNEL_COLUMNS };

/* Where piece `v` of a panel of `width` columns begins. */
static inline __attribute__((always_inline)) const float *piece_at(const rondo_row_tile *t,
                                                                   const int width, const int v)
{
    const int64_t column = (int64_t)v * LANES;
    return t->b + column / width * width * t->depth + column % width;
}

AVX512_CODE static inline __attribute__((always_inline)) void
add_depths(const rondo_row_tile *t, const int width, const int rows, const int pieces,
           const bool asks, __m512 sums[ROWS][PIECES])
{
    const float *a[ROWS], *next = t->next;
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++)
        a[i] = t->a[i];
    for (int64_t d = 0, at = 0; d < t->depth; d++, at += t->a_step) {
        __m512 columns[PIECES];
        if (asks) _mm_prefetch((const char *)(next + d * t->next_step), _MM_HINT_T1);
#pragma GCC unroll 8
        for (int v = 0; v < pieces; v++)
            columns[v] = _mm512_loadu_ps(piece_at(t, width, v) + d * width);
#pragma GCC unroll 8
        for (int i = 0; i < rows; i++) {
            __m512 row = _mm512_set1_ps(a[i][at]);
#pragma GCC unroll 8
            for (int v = 0; v < pieces; v++)
                sums[i][v] = _mm512_fmadd_ps(row, columns[v], sums[i][v]);
        }
    }
}

AVX512_CODE static inline __attribute__((always_inline)) void
multiply_tile(const rondo_row_tile *t, const int width, const int rows, const int pieces)
{
    __m512 sums[ROWS][PIECES];
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
#pragma GCC unroll 8
        for (int v = 0; v < pieces; v++) {
            _mm_prefetch((const char *)(t->c[i] + (ptrdiff_t)v * LANES), _MM_HINT_T0);
            sums[i][v] = _mm512_setzero_ps();
        }
    }
    if (t->next)
        add_depths(t, width, rows, pieces, true, sums);
    else
        add_depths(t, width, rows, pieces, false, sums);
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
        for (int v = 0; v < pieces; v++) {
            if (t->adds)
                sums[i][v] =
                    _mm512_add_ps(_mm512_loadu_ps(t->addend[i] + (ptrdiff_t)v * LANES), sums[i][v]);
            _mm512_storeu_ps(t->c[i] + (ptrdiff_t)v * LANES, sums[i][v]);
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
        multiply_tile(t, width, rows, pieces);                                                     \
    }
#define ENTRY(width, rows, pieces) [rows - 1][pieces - 1] = multiply_##width##_##rows##_##pieces,

KERNELS(DEFINITION, 16)
KERNELS(DEFINITION, 32)

static const rondo_row_kernels of_16 = {
    ROWS, {6, 6, 6, 4, 4, 4, 2, 2}, {KERNELS(ENTRY, 16)}, 16, &rondo_narrow_kernels_avx2};
static const rondo_row_kernels of_32 = {
    ROWS, {6, 6, 6, 4, 4, 4, 2, 2}, {KERNELS(ENTRY, 32)}, 32, &rondo_narrow_kernels_avx2};

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
