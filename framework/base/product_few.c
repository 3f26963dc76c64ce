#include "base/product_few.h"

#include <stddef.h>

#include "base/memory.h"
#include "base/product_choice.h"

const rondo_few_kernels *rondo_few_kernels_best(int64_t width)
{
    const rondo_processor_facts facts = rondo_processor_facts_get();
    const rondo_few_kernels *best = facts.has_avx512 ? rondo_few_kernels_avx512(width) : NULL;
    return best || !facts.has_avx2 ? best : rondo_few_kernels_avx2(width);
}

static int64_t parts(int64_t count, int64_t size)
{
    return (count + size - 1) / size;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The last columns, which are not a whole piece: into a corner of their own, and from there those
 * that exist. */
static void call_at_edge(rondo_few_kernel call, const rondo_few_tile *tile, int64_t rows,
                         int64_t columns)
{
    enum { MOST = RONDO_FEW_PIECES * RONDO_FEW_COLUMNS };
    rondo_real corner[RONDO_FEW_ROWS][MOST] __attribute__((aligned(RONDO_ALIGNMENT)));
    rondo_few_tile whole = *tile;
    whole.adds = false;
    for (int64_t i = 0; i < rows; i++)
        whole.c[i] = corner[i];
    call(&whole);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            tile->c[i][j] = tile->adds ? tile->c[i][j] + corner[i][j] : corner[i][j];
}

/* Rows [first, +rows), as many as one call takes. */
static void point_at_rows(rondo_few_tile *tile, int64_t first, int64_t rows,
                          const rondo_few_left *a, rondo_real *c, int64_t c_stride,
                          const int64_t *c_index)
{
    for (int64_t i = 0; i < rows; i++) {
        int64_t row = first + i;
        tile->a[i] = a->data + (a->index ? a->index[row] : row) * a->row;
        tile->c[i] = c + (c_index ? c_index[row] : row) * c_stride;
    }
}

/* Rows are divided evenly among as few calls as there can be; the panels of a call stay in a cache
 * while all rows pass. */
void rondo_few_multiply(const rondo_few_kernels *kernels, int64_t rows, int64_t columns,
                        int64_t depth, const rondo_few_left *a, const rondo_real *b, bool adds,
                        rondo_real *c, int64_t c_stride, const int64_t *c_index)
{
    int64_t groups = parts(rows, kernels->rows), most = parts(rows, groups);
    int64_t step = kernels->pieces[most - 1] * RONDO_FEW_COLUMNS;
    rondo_few_tile tile = {.depth = depth, .a_step = a->step, .adds = adds};
    for (int64_t column = 0; column < columns; column += step) {
        int64_t some = smaller(step, columns - column), pieces = parts(some, RONDO_FEW_COLUMNS);
        tile.b = b + column * depth;
        for (int64_t group = 0; group < groups; group++) {
            int64_t first = rows * group / groups, count = rows * (group + 1) / groups - first;
            rondo_few_kernel call = kernels->calls[count - 1][pieces - 1];
            point_at_rows(&tile, first, count, a, c + column, c_stride, c_index);
            if (some == pieces * RONDO_FEW_COLUMNS)
                call(&tile);
            else
                call_at_edge(call, &tile, count, some);
        }
    }
}
