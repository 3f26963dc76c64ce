/* The last columns of a product, too few for a piece of a kernel (base/product_rows.c): lanes are
 * rows here, which lie side by side in a panel of A. */
#include "base/product_rows.h"

#ifdef RONDO_HAVE_ROW_KERNELS

#include <immintrin.h>
#define AVX2_CODE __attribute__((target("avx2,fma")))

enum { PANELS = RONDO_NARROW_PANELS, COLUMNS = RONDO_NARROW_COLUMNS };

/* A vector may reach into the panel's next depth; what is there is multiplied for nobody. */
AVX2_CODE static inline __attribute__((always_inline)) void
multiply(rondo_narrow_tile *t, const int panels, const int columns)
{
    __m256 sums[PANELS][COLUMNS];
    const float *a[PANELS], *b = t->b;
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++) {
        a[p] = t->a + p * t->height * t->depth;
#pragma GCC unroll 4
        for (int j = 0; j < columns; j++)
            sums[p][j] = _mm256_setzero_ps();
    }
    for (int64_t d = 0, at = 0; d < t->depth; d++, at += t->height, b += t->width) {
        __m256 rows[PANELS];
#pragma GCC unroll 4
        for (int p = 0; p < panels; p++)
            rows[p] = _mm256_loadu_ps(a[p] + at);
#pragma GCC unroll 4
        for (int j = 0; j < columns; j++) {
            __m256 column = _mm256_set1_ps(b[j]);
#pragma GCC unroll 4
            for (int p = 0; p < panels; p++)
                sums[p][j] = _mm256_fmadd_ps(rows[p], column, sums[p][j]);
        }
    }
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++)
#pragma GCC unroll 4
        for (int j = 0; j < columns; j++)
            _mm256_storeu_ps(t->sums[p][j], sums[p][j]);
}

/* X(panels, columns): as many sums as 16 registers hold beside what is multiplied. */
#define KERNELS(X)                                                                                 \
    X(1, 1) X(1, 2) X(1, 3) X(1, 4) X(2, 1) X(2, 2) X(2, 3) X(2, 4) X(3, 1) X(3, 2) X(4, 1) X(4, 2)

#define DEFINITION(panels, columns)                                                                \
    AVX2_CODE static void multiply_##panels##_##columns(rondo_narrow_tile *t)                      \
    {                                                                                              \
        multiply(t, panels, columns);                                                              \
    }
#define ENTRY(panels, columns) [panels - 1][columns - 1] = multiply_##panels##_##columns,

KERNELS(DEFINITION)

const rondo_narrow_kernels rondo_narrow_kernels_avx2 = {{4, 4, 2, 2}, {KERNELS(ENTRY)}};

#endif
