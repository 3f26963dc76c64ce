/* Kernels of a few rows with AVX2 and FMA: a piece is two vectors. */
#include "base/product_few.h"

#include <stddef.h>

#ifdef RONDO_HAVE_FEW_ROWS

#include <immintrin.h>
#define AVX2_CODE __attribute__((target("avx2,fma")))

enum { ROWS = 5, VECTORS = 8, LANES = 8, WIDTH = RONDO_FEW_COLUMNS };

AVX2_CODE static inline __attribute__((always_inline)) void
multiply_tile(const rondo_few_tile *t, const int rows, const int pieces)
{
    __m256 sums[ROWS][VECTORS];
    const float *a[ROWS];
    const int vectors = pieces * WIDTH / LANES;
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
        a[i] = t->a[i];
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++)
            sums[i][v] = _mm256_setzero_ps();
    }
    for (int64_t d = 0, at = 0; d < t->depth; d++, at += t->a_step) {
        __m256 row[ROWS];
#pragma GCC unroll 8
        for (int i = 0; i < rows; i++)
            row[i] = _mm256_set1_ps(a[i][at]);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            const float *panel = t->b + v * LANES / WIDTH * t->depth * WIDTH;
            __m256 columns = _mm256_loadu_ps(panel + d * WIDTH + v * LANES % WIDTH);
#pragma GCC unroll 8
            for (int i = 0; i < rows; i++)
                sums[i][v] = _mm256_fmadd_ps(row[i], columns, sums[i][v]);
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            float *c = t->c[i] + (ptrdiff_t)v * LANES;
            if (t->adds) sums[i][v] = _mm256_add_ps(_mm256_loadu_ps(c), sums[i][v]);
            _mm256_storeu_ps(c, sums[i][v]);
        }
}

/* X(rows, pieces): as many sums as registers hold beside what is multiplied. */
#define KERNELS(X)                                                                                 \
    X(1, 1) X(1, 2) X(1, 3) X(1, 4) X(2, 1) X(2, 2) X(2, 3) X(3, 1) X(3, 2) X(4, 1) X(5, 1)

#define DEFINITION(rows, pieces)                                                                   \
    AVX2_CODE static void multiply_##rows##_##pieces(const rondo_few_tile *t)                      \
    {                                                                                              \
        multiply_tile(t, rows, pieces);                                                            \
    }
#define ENTRY(rows, pieces) [rows - 1][pieces - 1] = multiply_##rows##_##pieces,

KERNELS(DEFINITION)

static const rondo_few_kernels of_16 = {ROWS, {4, 3, 2, 1, 1}, {KERNELS(ENTRY)}};

const rondo_few_kernels *rondo_few_kernels_avx2(int64_t width)
{
    return width == WIDTH ? &of_16 : NULL;
}

#else

const rondo_few_kernels *rondo_few_kernels_avx2(int64_t width)
{
    (void)width;
    return NULL;
}

#endif
