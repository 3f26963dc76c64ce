#include "base/product_rows.h"

#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "base/product_choice.h"

/* AVX-512 gains by its registers, which hold larger blocks, but for processors of Intel with one
 * unit of 512 bits, which slow down instead. */
const rondo_row_kernels *rondo_row_kernels_best(int64_t width)
{
    const rondo_processor_facts facts = rondo_processor_facts_get();
    bool gains = rondo_product_has_wide_units(&facts) ||
                 (facts.has_avx512 && strcmp(facts.vendor, "AuthenticAMD") == 0);
    const rondo_row_kernels *narrow = facts.has_avx2 ? rondo_row_kernels_avx2(width) : NULL;
    const rondo_row_kernels *wide = facts.has_avx512 ? rondo_row_kernels_avx512(width) : NULL;
    return wide && (gains || !narrow) ? wide : narrow;
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
static void call_at_edge(rondo_row_kernel call, const rondo_row_tile *tile, int64_t rows,
                         int64_t columns)
{
    enum { MOST = RONDO_KERNEL_PIECES * RONDO_KERNEL_COLUMNS };
    rondo_real corner[RONDO_KERNEL_ROWS][MOST] __attribute__((aligned(RONDO_ALIGNMENT)));
    rondo_row_tile whole = *tile;
    whole.adds = false;
    for (int64_t i = 0; i < rows; i++)
        whole.c[i] = corner[i];
    call(&whole);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            tile->c[i][j] = tile->adds ? tile->c[i][j] + corner[i][j] : corner[i][j];
}

/* Where a row begins, which may stand at another place in an index. */
static int64_t start_of(const int64_t *index, int64_t row, int64_t stride)
{
    return (index ? index[row] : row) * stride;
}

/* Rows [first, +rows) of A, as many as one call takes; below, of C. */
static void point_at_left(rondo_row_tile *tile, int64_t first, int64_t rows,
                          const rondo_row_left *a)
{
    for (int64_t i = 0; i < rows; i++)
        tile->a[i] = a->data + start_of(a->index, first + i, a->row);
}

static void point_at_results(rondo_row_tile *tile, int64_t first, int64_t rows, rondo_real *c,
                             int64_t c_stride, const int64_t *c_index)
{
    for (int64_t i = 0; i < rows; i++)
        tile->c[i] = c + start_of(c_index, first + i, c_stride);
}

static void call_with(const rondo_row_kernels *kernels, const rondo_row_tile *tile, int64_t rows,
                      int64_t columns)
{
    int64_t pieces = parts(columns, RONDO_KERNEL_COLUMNS);
    rondo_row_kernel call = kernels->calls[rows - 1][pieces - 1];
    if (columns == pieces * RONDO_KERNEL_COLUMNS)
        call(tile);
    else
        call_at_edge(call, tile, rows, columns);
}

/* Rows are divided evenly among as few calls as there can be; the panels of a call stay in a cache
 * while all rows pass. */
void rondo_rows_multiply(const rondo_row_kernels *kernels, int64_t rows, int64_t columns,
                         int64_t depth, const rondo_row_left *a, const rondo_real *b, bool adds,
                         rondo_real *c, int64_t c_stride, const int64_t *c_index)
{
    int64_t groups = parts(rows, kernels->rows), most = parts(rows, groups);
    int64_t step = kernels->pieces[most - 1] * RONDO_KERNEL_COLUMNS;
    rondo_row_tile tile = {.depth = depth, .a_step = a->step, .adds = adds};
    for (int64_t column = 0; column < columns; column += step) {
        tile.b = b + column * depth;
        for (int64_t group = 0; group < groups; group++) {
            int64_t first = rows * group / groups, count = rows * (group + 1) / groups - first;
            point_at_left(&tile, first, count, a);
            point_at_results(&tile, first, count, c + column, c_stride, c_index);
            call_with(kernels, &tile, count, smaller(step, columns - column));
        }
    }
}

void rondo_rows_multiply_panels(const rondo_row_kernels *kernels, int64_t rows, int64_t columns,
                                int64_t depth, const rondo_real *panels, const rondo_real *b,
                                bool adds, rondo_real *c, int64_t c_stride, const int64_t *c_index)
{
    int64_t height = kernels->rows, step = kernels->pieces[height - 1] * RONDO_KERNEL_COLUMNS;
    rondo_row_tile tile = {.depth = depth, .a_step = height, .adds = adds};
    for (int64_t column = 0; column < columns; column += step) {
        tile.b = b + column * depth;
        for (int64_t first = 0; first < rows; first += height) {
            const rondo_row_left panel = {panels + first * depth, 1, height, NULL};
            point_at_left(&tile, 0, height, &panel);
            point_at_results(&tile, first, height, c + column, c_stride, c_index);
            call_with(kernels, &tile, height, smaller(step, columns - column));
        }
    }
}
