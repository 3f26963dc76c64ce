/* Kernels for any number of rows with AVX2 and FMA: a piece is two vectors. */
#include "base/product_rows.h"

#include <stddef.h>

#ifdef RONDO_HAVE_ROW_KERNELS

#include <immintrin.h>
#define AVX2_CODE __attribute__((target("avx2,fma")))

enum { ROWS = 6, VECTORS = 8, LANES = 8, WIDTH = RONDO_KERNEL_COLUMNS };

/* Vector v of the panels of B, at the depth at which `b` stands in the first. */
AVX2_CODE static inline __attribute__((always_inline)) __m256 columns_at(const float *b,
                                                                         int64_t depth, const int v)
{
    const int64_t column = (int64_t)v * LANES;
    return _mm256_loadu_ps(b + column / WIDTH * depth * WIDTH + column % WIDTH);
}

AVX2_CODE static inline __attribute__((always_inline)) __m256 row_at(const rondo_kernel_left *left,
                                                                     int64_t at, const int i)
{
    return _mm256_set1_ps(left->is_panel ? left->rows[0][at + i] : left->rows[i][at]);
}

/* One depth: what there are fewer of, columns or rows, stays in registers while the others pass. */
AVX2_CODE static inline __attribute__((always_inline)) void
add_by_rows(int64_t depth, const rondo_kernel_left *left, int64_t at, const float *b,
            const int rows, const int vectors, __m256 sums[ROWS][VECTORS])
{
    __m256 columns[VECTORS];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++)
        columns[v] = columns_at(b, depth, v);
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
        __m256 row = row_at(left, at, i);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++)
            sums[i][v] = _mm256_fmadd_ps(row, columns[v], sums[i][v]);
    }
}

AVX2_CODE static inline __attribute__((always_inline)) void
add_by_columns(int64_t depth, const rondo_kernel_left *left, int64_t at, const float *b,
               const int rows, const int vectors, __m256 sums[ROWS][VECTORS])
{
    __m256 row[ROWS];
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++)
        row[i] = row_at(left, at, i);
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        __m256 columns = columns_at(b, depth, v);
#pragma GCC unroll 8
        for (int i = 0; i < rows; i++)
            sums[i][v] = _mm256_fmadd_ps(row[i], columns, sums[i][v]);
    }
}

AVX2_CODE static inline __attribute__((always_inline)) void
add_depths(int64_t depth, const rondo_kernel_left left, const float *b,
           const rondo_row_request *request, const int rows, const int vectors, const bool asks,
           __m256 sums[ROWS][VECTORS])
{
    const float *next = request->data;
    int64_t next_step = request->step;
    for (int64_t d = 0, at = 0; d < depth; d++, at += left.step, b += WIDTH) {
        if (asks) {
            _mm_prefetch((const char *)next, _MM_HINT_T1);
            next += next_step;
        }
        if (rows > vectors)
            add_by_rows(depth, &left, at, b, rows, vectors, sums);
        else
            add_by_columns(depth, &left, at, b, rows, vectors, sums);
    }
}

AVX2_CODE static inline __attribute__((always_inline)) void
store_sums(float *const to[ROWS], const float *const addends[ROWS], const int rows,
           const int vectors, const bool adds, __m256 sums[ROWS][VECTORS])
{
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
        float *c = to[i];
        const float *addend = adds ? addends[i] : NULL;
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            const ptrdiff_t column = (ptrdiff_t)v * LANES;
            if (adds) sums[i][v] = _mm256_add_ps(_mm256_loadu_ps(addend + column), sums[i][v]);
            _mm256_storeu_ps(c + column, sums[i][v]);
        }
    }
}

/* C is asked for first, because its sums come last. */
AVX2_CODE static inline __attribute__((always_inline)) void
begin_sums(float *const c[ROWS], const int rows, const int vectors, __m256 sums[ROWS][VECTORS])
{
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            if (v * LANES % WIDTH == 0)
                _mm_prefetch((const char *)(c[i] + (ptrdiff_t)v * LANES), _MM_HINT_T0);
            sums[i][v] = _mm256_setzero_ps();
        }
    }
}

AVX2_CODE static inline __attribute__((always_inline)) void
multiply_rows(const rondo_row_tile *t, const int rows, const int pieces)
{
    __m256 sums[ROWS][VECTORS];
    const int vectors = pieces * WIDTH / LANES;
    const rondo_kernel_left left = {t->a, t->a_step, false};
    begin_sums(t->c, rows, vectors, sums);
    if (t->request.data)
        add_depths(t->depth, left, t->b, &t->request, rows, vectors, true, sums);
    else
        add_depths(t->depth, left, t->b, &t->request, rows, vectors, false, sums);
    if (t->adds)
        store_sums(t->c, t->addend, rows, vectors, true, sums);
    else
        store_sums(t->c, t->addend, rows, vectors, false, sums);
}

AVX2_CODE static inline __attribute__((always_inline)) void
store_panel(const rondo_panel_tile *t, int64_t panel, float *const c[ROWS], const int vectors,
            __m256 sums[ROWS][VECTORS])
{
    const float *addend[ROWS];
    if (!t->addend) {
        store_sums(c, NULL, ROWS, vectors, false, sums);
        return;
    }
#pragma GCC unroll 8
    for (int i = 0; i < ROWS; i++)
        addend[i] = t->addend + (panel * ROWS + i) * t->addend_stride;
    store_sums(c, addend, ROWS, vectors, true, sums);
}

AVX2_CODE static void multiply_panels(const rondo_panel_tile *t)
{
    const int vectors = WIDTH / LANES;
    rondo_row_request request = t->request;
    for (int64_t panel = 0; panel < t->panels; panel++) {
        __m256 sums[ROWS][VECTORS];
        const float *a = t->a + panel * ROWS * t->depth;
        const rondo_kernel_left left = {&a, ROWS, true};
        float *c[ROWS];
#pragma GCC unroll 8
        for (int i = 0; i < ROWS; i++)
            c[i] = t->c + (panel * ROWS + i) * t->c_stride;
        begin_sums(c, ROWS, vectors, sums);
        if (request.data) {
            add_depths(t->depth, left, t->b, &request, ROWS, vectors, true, sums);
            request.data += t->depth * request.step;
        } else {
            add_depths(t->depth, left, t->b, &request, ROWS, vectors, false, sums);
        }
        store_panel(t, panel, c, vectors, sums);
    }
}

/* X(rows, pieces): as many sums as registers hold beside what is multiplied. */
#define KERNELS(X)                                                                                 \
    X(1, 1) X(1, 2) X(1, 3) X(1, 4) X(2, 1) X(2, 2) X(2, 3) X(3, 1) X(3, 2) X(4, 1) X(5, 1) X(6, 1)

#define DEFINITION(rows, pieces)                                                                   \
    AVX2_CODE static void multiply_##rows##_##pieces(const rondo_row_tile *t)                      \
    {                                                                                              \
        multiply_rows(t, rows, pieces);                                                            \
    }
#define ENTRY(rows, pieces) [rows - 1][pieces - 1] = multiply_##rows##_##pieces,

KERNELS(DEFINITION)

/* Row by row, because a row costs little more than what is read and written of it. */
AVX2_CODE static inline __attribute__((always_inline)) void
multiply_depths(int64_t rows, const rondo_row_left *a, const rondo_row_right *b,
                const rondo_product_result *c, const int depth)
{
    const float *panels = b->panels + b->first * depth;
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    for (int64_t i = 0; i < rows; i++) {
        const float *row = a->data + rondo_row_start(a->index, i, a->row);
        float *to = c->data + rondo_row_start(c->index, i, c->stride);
        const float *addend = c->addend.data;
        if (addend) addend += rondo_row_start(c->index, i, c->addend.stride);
        __m256 numbers[RONDO_SHALLOW_DEPTH];
#pragma GCC unroll 4
        for (int d = 0; d < depth; d++)
            numbers[d] = _mm256_set1_ps(row[d * a->step]);
        for (int64_t column = 0; column < b->count; column += LANES) {
            const float *piece = panels + column / WIDTH * WIDTH * depth + column % WIDTH;
            const __m256i rest = _mm256_set1_epi32((int)(b->count - column));
            const __m256i exist = _mm256_cmpgt_epi32(rest, lanes);
            __m256 sum = _mm256_setzero_ps();
#pragma GCC unroll 4
            for (int d = 0; d < depth; d++)
                sum =
                    _mm256_fmadd_ps(numbers[d], _mm256_loadu_ps(piece + (ptrdiff_t)d * WIDTH), sum);
            if (addend) sum = _mm256_add_ps(_mm256_maskload_ps(addend + column, exist), sum);
            _mm256_maskstore_ps(to + column, exist, sum);
        }
    }
}

/* X(depth) */
#define SHALLOW_KERNELS(X) X(1) X(2) X(3) X(4)
#define SHALLOW_DEFINITION(depth)                                                                  \
    AVX2_CODE static void multiply_depths_##depth(int64_t rows, const rondo_row_left *a,           \
                                                  const rondo_row_right *b,                        \
                                                  const rondo_product_result *c)                   \
    {                                                                                              \
        multiply_depths(rows, a, b, c, depth);                                                     \
    }
#define SHALLOW_ENTRY(depth) [depth - 1] = multiply_depths_##depth,

SHALLOW_KERNELS(SHALLOW_DEFINITION)

static const rondo_row_kernels of_16 = {ROWS,
                                        {4, 3, 2, 1, 1, 1},
                                        {KERNELS(ENTRY)},
                                        {multiply_panels},
                                        {SHALLOW_KERNELS(SHALLOW_ENTRY)},
                                        WIDTH,
                                        &rondo_narrow_kernels_avx2};

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
