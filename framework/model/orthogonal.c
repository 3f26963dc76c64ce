#include "model/orthogonal.h"

#include <math.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/product.h"

/* Rows of a block, and of a chunk of the rows before it. */
enum { BLOCK = 48, CHUNK = 96 };

static void fill_row(const rondo_orthogonal *of, int64_t row)
{
    uint64_t index = of->first + (uint64_t)(row * of->width);
    for (int64_t j = 0; j < of->width; j++)
        of->data[row * of->stride + j] = (rondo_real)rondo_random_normal(&of->random, index++);
}

static double row_product(const rondo_real *restrict a, const rondo_real *restrict b, int64_t width)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < width; j++)
        sum += (double)a[j] * (double)b[j];
    return sum;
}

static void subtract_row(rondo_real *restrict a, const rondo_real *restrict b, double factor,
                         int64_t width)
{
    for (int64_t j = 0; j < width; j++)
        a[j] -= (rondo_real)factor * b[j];
}

/* The row is freed of rows [first, row). */
static void free_row(const rondo_orthogonal *of, int64_t first, int64_t row)
{
    rondo_real *data = of->data + row * of->stride;
    for (int64_t k = first; k < row; k++) {
        const rondo_real *before = of->data + k * of->stride;
        subtract_row(data, before, row_product(data, before, of->width), of->width);
    }
}

static void normalize_row(const rondo_orthogonal *of, int64_t row)
{
    rondo_real *data = of->data + row * of->stride;
    double norm = sqrt(row_product(data, data, of->width));
    for (int64_t j = 0; j < of->width; j++)
        data[j] = (rondo_real)((double)data[j] / norm);
}

/* Modified Gram-Schmidt, each row twice, which keeps them orthogonal to rounding. */
void rondo_orthogonal_fill(const rondo_orthogonal *of)
{
    for (int64_t row = 0; row < of->rows; row++)
        fill_row(of, row);
    for (int64_t row = 0; row < of->rows; row++) {
        free_row(of, 0, row);
        free_row(of, 0, row);
        normalize_row(of, row);
    }
}

/* --- by blocks --- */

/* Q are the rows that are done, A those of the block at hand: A -= (Q A')' Q. */
typedef struct blocks {
    const rondo_orthogonal *of;
    int threads;
    int64_t first, count; /* rows of the block */
    rondo_real *panels;   /* A', packed */
    rondo_real *shares;   /* [first, count]: -Q A' */
    rondo_real *left;     /* the same, packed */
    rondo_real **scratch; /* one a thread */
} blocks;

static void fill_task(void *context, int64_t row, int thread)
{
    (void)thread;
    fill_row(context, row);
}

static void share_task(void *context, int64_t chunk, int thread)
{
    const blocks *b = context;
    int64_t row = chunk * CHUNK, left = b->first - row, rows = left < CHUNK ? left : CHUNK;
    rondo_matrix q = {b->of->data + row * b->of->stride, b->of->stride, 1};
    rondo_real *shares = b->shares + row * b->count;
    rondo_product_packed(rows, b->of->width, b->count, q, b->panels, 0, b->count, (rondo_addend){0},
                         shares, b->count, b->scratch[thread]);
    for (int64_t i = 0; i < rows * b->count; i++)
        shares[i] = -shares[i];
}

static void subtract_task(void *context, int64_t range, int thread)
{
    const blocks *b = context;
    int64_t column = range * RONDO_PRODUCT_RANGE, left = b->of->width - column;
    int64_t columns = left < RONDO_PRODUCT_RANGE ? left : RONDO_PRODUCT_RANGE;
    rondo_matrix q = {b->of->data + column, b->of->stride, 1};
    rondo_product_left shares = {b->left, b->count,
                                 b->of->data + b->first * b->of->stride + column};
    rondo_product_columns(&shares, 1, columns, b->first, q, NULL, 1, b->of->stride,
                          b->scratch[thread]);
}

static int64_t parts(int64_t count, int64_t size)
{
    return (count + size - 1) / size;
}

static void free_block(blocks *b)
{
    const rondo_orthogonal *of = b->of;
    rondo_matrix block = {of->data + b->first * of->stride, 1, of->stride};
    if (b->first == 0) return;
    rondo_product_pack(b->panels, of->width, b->count, block, 0,
                       rondo_product_panel_count(b->count));
    rondo_parallel_for(b->threads, parts(b->first, CHUNK), share_task, b);
    rondo_product_pack_left(b->left, b->count, b->first, b->shares, b->count, NULL, 0,
                            rondo_product_left_panel_count(b->count));
    rondo_parallel_for(b->threads, parts(of->width, RONDO_PRODUCT_RANGE), subtract_task, b);
}

static void make_blocks(blocks *b)
{
    const rondo_orthogonal *of = b->of;
    for (b->first = 0; b->first < of->rows; b->first += BLOCK) {
        b->count = of->rows - b->first < BLOCK ? of->rows - b->first : BLOCK;
        for (int pass = 0; pass < 2; pass++) {
            free_block(b);
            for (int64_t row = b->first; row < b->first + b->count; row++) {
                free_row(of, b->first, row);
                normalize_row(of, row);
            }
        }
    }
}

static rondo_real *take(int64_t count, rondo_error *error)
{
    return rondo_memory_create((size_t)count * sizeof(rondo_real), "orthogonal weights", error);
}

static rondo_status allocate(blocks *b, rondo_error *error)
{
    int64_t scratch = rondo_product_scratch(CHUNK);
    b->panels = take(rondo_product_packed_size(b->of->width, BLOCK), error);
    b->shares = take(b->of->rows * BLOCK, error);
    b->left = take(rondo_product_left_size(BLOCK, b->of->rows), error);
    b->scratch =
        rondo_memory_create((size_t)b->threads * sizeof *b->scratch, "orthogonal weights", error);
    if (!b->panels || !b->shares || !b->left || !b->scratch) return error->status;
    for (int i = 0; i < b->threads; i++)
        if (!(b->scratch[i] = take(scratch, error))) return error->status;
    return RONDO_OK;
}

rondo_status rondo_orthogonal_fill_blocks(const rondo_orthogonal *of, int threads,
                                          rondo_error *error)
{
    rondo_product_use(RONDO_FLOAT32); /* rows are orthogonal to the last bits */
    blocks b = {.of = of, .threads = threads};
    rondo_status status = allocate(&b, error);
    if (!status) {
        rondo_parallel_for(threads, of->rows, fill_task, (void *)of);
        make_blocks(&b);
    }
    for (int i = 0; b.scratch && i < threads; i++)
        rondo_memory_destroy(b.scratch[i]);
    rondo_memory_destroy(b.scratch);
    rondo_memory_destroy(b.left);
    rondo_memory_destroy(b.shares);
    rondo_memory_destroy(b.panels);
    return status;
}
