/* Kernels for any number of rows with AVX2 and FMA: a piece is two vectors. */
#include "base/product_rows.h"

#include <stddef.h>

#ifdef RONDO_HAVE_ROW_KERNELS

#include <immintrin.h>
#define AVX2_CODE __attribute__((target("avx2,fma")))

enum { ROWS = 6, VECTORS = 8, LANES = 8, WIDTH = RONDO_KERNEL_COLUMNS };

AVX2_CODE static inline __attribute__((always_inline)) __m256 columns_at(const rondo_row_tile *t,
                                                                         int64_t d, const int v)
{
    const int64_t column = (int64_t)v * LANES;
    return _mm256_loadu_ps(t->b + column / WIDTH * t->depth * WIDTH + d * WIDTH + column % WIDTH);
}

/* One depth: what there are fewer of, columns or rows, stays in registers while the others pass. */
AVX2_CODE static inline __attribute__((always_inline)) void
add_by_rows(const rondo_row_tile *t, int64_t d, int64_t at, const int rows, const int vectors,
            __m256 sums[ROWS][VECTORS])
{
    __m256 columns[VECTORS];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++)
        columns[v] = columns_at(t, d, v);
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
        __m256 row = _mm256_set1_ps(t->a[i][at]);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++)
            sums[i][v] = _mm256_fmadd_ps(row, columns[v], sums[i][v]);
    }
}

AVX2_CODE static inline __attribute__((always_inline)) void
add_by_columns(const rondo_row_tile *t, int64_t d, int64_t at, const int rows, const int vectors,
               __m256 sums[ROWS][VECTORS])
{
    __m256 row[ROWS];
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++)
        row[i] = _mm256_set1_ps(t->a[i][at]);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        __m256 columns = columns_at(t, d, v);
#pragma GCC unroll 8
        for (int i = 0; i < rows; i++)
            sums[i][v] = _mm256_fmadd_ps(row[i], columns, sums[i][v]);
    }
}

AVX2_CODE static inline __attribute__((always_inline)) void
add_depths(const rondo_row_tile *t, const int rows, const int vectors, const bool asks,
           __m256 sums[ROWS][VECTORS])
{
    const float *next = t->next;
    for (int64_t d = 0, at = 0; d < t->depth; d++, at += t->a_step) {
        if (asks) _mm_prefetch((const char *)(next + d * t->next_step), _MM_HINT_T1);
        if (rows > vectors)
            add_by_rows(t, d, at, rows, vectors, sums);
        else
            add_by_columns(t, d, at, rows, vectors, sums);
    }
}

AVX2_CODE static inline __attribute__((always_inline)) void
store_sums(const rondo_row_tile *t, const int rows, const int vectors, const bool adds,
           __m256 sums[ROWS][VECTORS])
{
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
        float *c = t->c[i];
        const float *addend = t->addend[i];
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            const ptrdiff_t column = (ptrdiff_t)v * LANES;
            if (adds) sums[i][v] = _mm256_add_ps(_mm256_loadu_ps(addend + column), sums[i][v]);
            _mm256_storeu_ps(c + column, sums[i][v]);
        }
    }
}

AVX2_CODE static inline __attribute__((always_inline)) void
multiply_tile(const rondo_row_tile *t, const int rows, const int pieces)
{
    __m256 sums[ROWS][VECTORS];
    const int vectors = pieces * WIDTH / LANES;
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            if (v * LANES % WIDTH == 0)
                _mm_prefetch((const char *)(t->c[i] + (ptrdiff_t)v * LANES), _MM_HINT_T0);
            sums[i][v] = _mm256_setzero_ps();
        }
    }
    if (t->next)
        add_depths(t, rows, vectors, true, sums);
    else
        add_depths(t, rows, vectors, false, sums);
    if (t->adds)
        store_sums(t, rows, vectors, true, sums);
    else
        store_sums(t, rows, vectors, false, sums);
}

/* X(rows, pieces): as many sums as registers hold beside what is multiplied. */
#define KERNELS(X)                                                                                 \
    X(1, 1) X(1, 2) X(1, 3) X(1, 4) X(2, 1) X(2, 2) X(2, 3) X(3, 1) X(3, 2) X(4, 1) X(5, 1) X(6, 1)

#define DEFINITION(rows, pieces)                                                                   \
    AVX2_CODE static void multiply_##rows##_##pieces(const rondo_row_tile *t)                      \
    {                                                                                              \
        multiply_tile(t, rows, pieces);                                                            \
    }
#define ENTRY(rows, pieces) [rows - 1][pieces - 1] = multiply_##rows##_##pieces,

KERNELS(DEFINITION)

static const rondo_row_kernels of_16 = {
    ROWS, {4, 3, 2, 1, 1, 1}, {KERNELS(ENTRY)}, WIDTH, &rondo_narrow_kernels_avx2};

const rondo_row_kernels *rondo_row_kernels_avx2(int64_t width)
{
    return width == WIDTH ? &of_16 : NULL;
}

#else

const rondo_row_kernels *rondo_row_kernels_avx2(int64_t width)
{
    (void)width;
    return NULL;
}

#endif
