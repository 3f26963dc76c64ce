#include "model/cayley.h"

#include <string.h>

#include "base/parallel.h"

/* Rows and columns that are eliminated together, and rows of a task. */
enum { BLOCK = 32, ROWS_A_TASK = 8 };

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t parts(int64_t count, int64_t size)
{
    return (count + size - 1) / size;
}

/* row[j] += sum of factors[k] b[k, j], four k at a time. */
static void add_rows(double *restrict row, const double *restrict factors, const double *restrict b,
                     int64_t depth, int64_t width, int64_t stride)
{
    int64_t k = 0;
    for (; k + 4 <= depth; k += 4) {
        const double *b0 = b + k * stride, *b1 = b0 + stride, *b2 = b1 + stride, *b3 = b2 + stride;
        double f0 = factors[k], f1 = factors[k + 1], f2 = factors[k + 2], f3 = factors[k + 3];
#pragma omp simd
        for (int64_t j = 0; j < width; j++)
            row[j] += (f0 * b0[j] + f1 * b1[j]) + (f2 * b2[j] + f3 * b3[j]);
    }
    for (; k < depth; k++) {
        const double *b0 = b + k * stride;
        double f0 = factors[k];
#pragma omp simd
        for (int64_t j = 0; j < width; j++)
            row[j] += f0 * b0[j];
    }
}

/* --- M = (I + A)^-1, by Gauss and Jordan, block by block, in place ---
 *
 * No pivot is looked for: the symmetric part of I + A is I, that of all that is left of it after
 * eliminations is at least I, and so is every pivot. */

typedef struct elimination {
    double *m;
    int64_t hidden, first, count; /* rows of the block at hand */
} elimination;

/* The block becomes its inverse. */
static void invert_block(const elimination *e)
{
    double *block = e->m + e->first * e->hidden + e->first;
    for (int64_t k = 0; k < e->count; k++) {
        double *pivot_row = block + k * e->hidden, inverse = 1 / pivot_row[k];
        pivot_row[k] = 1;
        for (int64_t j = 0; j < e->count; j++)
            pivot_row[j] *= inverse;
        for (int64_t i = 0; i < e->count; i++) {
            double *row = block + i * e->hidden, factor = row[k];
            if (i == k) continue;
            row[k] = 0;
            for (int64_t j = 0; j < e->count; j++)
                row[j] -= factor * pivot_row[j];
        }
    }
}

/* The rows of the block, but for its own columns: times the inverse. A task takes some columns. */
static void scale_task(void *context, int64_t range, int thread)
{
    const elimination *e = context;
    int64_t column = range * BLOCK, width = least(BLOCK, e->hidden - column);
    double kept[BLOCK * BLOCK];
    (void)thread;
    if (column == e->first) return;
    for (int64_t k = 0; k < e->count; k++) {
        double *row = e->m + (e->first + k) * e->hidden + column;
        memcpy(kept + k * BLOCK, row, (size_t)width * sizeof *row);
        memset(row, 0, (size_t)width * sizeof *row);
    }
    for (int64_t k = 0; k < e->count; k++)
        add_rows(e->m + (e->first + k) * e->hidden + column,
                 e->m + (e->first + k) * e->hidden + e->first, kept, e->count, width, BLOCK);
}

/* All other rows: what they have in the block's columns is eliminated. */
static void eliminate_task(void *context, int64_t task, int thread)
{
    const elimination *e = context;
    int64_t end = least((task + 1) * ROWS_A_TASK, e->hidden);
    (void)thread;
    for (int64_t i = task * ROWS_A_TASK; i < end; i++) {
        double *row = e->m + i * e->hidden, factors[BLOCK];
        if (i >= e->first && i < e->first + e->count) continue;
        for (int64_t k = 0; k < e->count; k++) {
            factors[k] = -row[e->first + k];
            row[e->first + k] = 0;
        }
        add_rows(row, factors, e->m + e->first * e->hidden, e->count, e->hidden, e->hidden);
    }
}

static void invert(double *m, int64_t hidden, int threads)
{
    elimination e = {.m = m, .hidden = hidden};
    for (; e.first < hidden; e.first += BLOCK) {
        e.count = least(BLOCK, hidden - e.first);
        invert_block(&e);
        rondo_parallel_for(threads, parts(hidden, BLOCK), scale_task, &e);
        rondo_parallel_for(threads, parts(hidden, ROWS_A_TASK), eliminate_task, &e);
    }
}

/* --- products --- */

/* c = scale a b, all [hidden, hidden]. */
typedef struct square_product {
    const double *a, *b;
    double *c;
    int64_t hidden;
    double scale;
} square_product;

static void product_task(void *context, int64_t task, int thread)
{
    const square_product *p = context;
    int64_t hidden = p->hidden, end = least((task + 1) * ROWS_A_TASK, hidden);
    (void)thread;
    for (int64_t i = task * ROWS_A_TASK; i < end; i++)
        memset(p->c + i * hidden, 0, (size_t)hidden * sizeof *p->c);
    for (int64_t k = 0; k < hidden; k += BLOCK)
        for (int64_t i = task * ROWS_A_TASK; i < end; i++)
            add_rows(p->c + i * hidden, p->a + i * hidden + k, p->b + k * hidden,
                     least(BLOCK, hidden - k), hidden, hidden);
    for (int64_t i = task * ROWS_A_TASK * hidden; i < end * hidden; i++)
        p->c[i] *= p->scale;
}

static void multiply(const square_product *product, int threads)
{
    rondo_parallel_for(threads, parts(product->hidden, ROWS_A_TASK), product_task, (void *)product);
}

/* --- both ways --- */

static double sign_of(const rondo_cayley *cayley, int64_t unit)
{
    return unit < cayley->negative ? -1 : 1;
}

void rondo_cayley_expand(const rondo_cayley *cayley, const rondo_real *stored, rondo_real *u,
                         int64_t stride, int threads)
{
    int64_t hidden = cayley->hidden;
    double *m = cayley->inverse;
    for (int64_t i = 0; i < hidden; i++) {
        m[i * hidden + i] = 1;
        for (int64_t j = i + 1; j < hidden; j++) {
            m[i * hidden + j] = (double)*stored++;
            m[j * hidden + i] = -m[i * hidden + j];
        }
    }
    invert(m, hidden, threads);
    for (int64_t j = 0; j < hidden; j++)
        for (int64_t i = 0; i < hidden; i++)
            u[j * stride + i] =
                (rondo_real)((2 * m[i * hidden + j] - (i == j)) * sign_of(cayley, j));
}

/* Transposed, F' = -2 (M D dU) M, of which all rows are sums of rows. */
void rondo_cayley_reduce(const rondo_cayley *cayley, const rondo_real *d_u, int64_t stride,
                         rondo_real *d_stored, int threads)
{
    int64_t hidden = cayley->hidden;
    double *signed_gradient = cayley->work, *product = signed_gradient + hidden * hidden;
    double *f = signed_gradient;
    for (int64_t j = 0; j < hidden; j++)
        for (int64_t i = 0; i < hidden; i++)
            signed_gradient[j * hidden + i] = sign_of(cayley, j) * (double)d_u[j * stride + i];
    multiply(&(square_product){cayley->inverse, signed_gradient, product, hidden, 1}, threads);
    multiply(&(square_product){product, cayley->inverse, f, hidden, -2}, threads);
    for (int64_t i = 0; i < hidden; i++)
        for (int64_t j = i + 1; j < hidden; j++)
            *d_stored++ = (rondo_real)(f[j * hidden + i] - f[i * hidden + j]);
}
