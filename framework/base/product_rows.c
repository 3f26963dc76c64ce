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
            tile->c[i][j] = tile->adds ? tile->addend[i][j] + corner[i][j] : corner[i][j];
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

static void point_at_results(rondo_row_tile *tile, int64_t first, int64_t rows, int64_t column,
                             const rondo_product_result *c)
{
    for (int64_t i = 0; i < rows; i++)
        tile->c[i] = c->data + start_of(c->index, first + i, c->stride) + column;
    for (int64_t i = 0; c->addend.data && i < rows; i++)
        tile->addend[i] = c->addend.data + start_of(c->index, first + i, c->addend.stride) + column;
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

/* What few rows compute with large weights takes little longer than fetching these. For many rows the processor
 * asks early enough, and for very few there is no time. */
static bool should_ask(int64_t rows, const rondo_row_right *b)
{
    enum { FEWEST = 5, MOST = 32 };
    return b->is_far && rows >= FEWEST && rows <= MOST;
}

/* What each of the calls for the same columns asks for, of those that come next. */
static void point_at_next(rondo_row_tile *tile, int64_t rows, int64_t call, int64_t calls,
                          const rondo_row_right *b, int64_t column, int64_t step)
{
    tile->next = NULL;
    if (!should_ask(rows, b)) return;
    tile->next_step = step / calls;
    tile->next =
        column + step < b->columns ? b->panels + (column + step) * tile->depth : b->following;
    tile->next += call * tile->next_step * tile->depth;
}

/* Rows are divided evenly among as few calls as there can be; the panels of a call stay in a cache
 * while all rows pass. */
void rondo_rows_multiply(const rondo_row_kernels *kernels, int64_t rows, int64_t depth,
                         const rondo_row_left *a, const rondo_row_right *b,
                         const rondo_product_result *c)
{
    int64_t groups = parts(rows, kernels->rows), most = parts(rows, groups);
    int64_t step = kernels->pieces[most - 1] * RONDO_KERNEL_COLUMNS;
    rondo_row_tile tile = {.depth = depth, .a_step = a->step, .adds = c->addend.data};
    for (int64_t column = 0; column < b->count; column += step) {
        tile.b = b->panels + (b->first + column) * depth;
        for (int64_t group = 0; group < groups; group++) {
            int64_t first = rows * group / groups, count = rows * (group + 1) / groups - first;
            point_at_left(&tile, first, count, a);
            point_at_results(&tile, first, count, column, c);
            point_at_next(&tile, rows, group, groups, b, b->first + column, step);
            call_with(kernels, &tile, count, smaller(step, b->count - column));
        }
    }
}

/* Columns behind the last whole piece that cost less with rows as lanes. */
static int64_t narrow_columns(int64_t columns)
{
    enum { MOST = 2 * RONDO_NARROW_COLUMNS };
    int64_t rest = columns % RONDO_KERNEL_COLUMNS;
    return rest <= MOST ? rest : 0;
}

/* The sums of one panel become rows [first, ..) of C, from column `column` on. */
static void store_narrow(const rondo_narrow_tile *tile, int64_t panel, int64_t first,
                         int64_t column, int64_t columns, const rondo_product_result *c)
{
    for (int64_t i = 0; i < tile->height; i++) {
        rondo_real *row = c->data + start_of(c->index, first + i, c->stride) + column;
        const rondo_real *addend =
            c->addend.data
                ? c->addend.data + start_of(c->index, first + i, c->addend.stride) + column
                : NULL;
        for (int64_t j = 0; j < columns; j++) {
            rondo_real sum = tile->sums[panel][j][i];
            row[j] = addend ? addend[j] + sum : sum;
        }
    }
}

static void ask_for_rows(int64_t first, int64_t rows, int64_t column, const rondo_product_result *c)
{
    for (int64_t i = 0; i < rows; i++)
        __builtin_prefetch(c->data + start_of(c->index, first + i, c->stride) + column, 1);
}

/* Columns [first_column, ..) of those that are wanted. */
static void multiply_narrow(const rondo_row_kernels *kernels, int64_t rows, int64_t first_column,
                            int64_t depth, const rondo_real *panels, const rondo_row_right *b,
                            const rondo_product_result *c)
{
    const rondo_narrow_kernels *narrow = kernels->narrow;
    int64_t height = kernels->rows, width = kernels->width, count = rows / height, some;
    rondo_narrow_tile tile = {.depth = depth, .height = height, .width = width};
    for (int64_t column = first_column; column < b->count; column += some) {
        int64_t of_all = b->first + column;
        some = smaller(RONDO_NARROW_COLUMNS, b->count - column);
        tile.b = b->panels + of_all / width * width * depth + of_all % width;
        int64_t most = narrow->panels[some - 1];
        for (int64_t panel = 0; panel < count; panel += most) {
            int64_t taken = smaller(most, count - panel);
            tile.a = panels + panel * height * depth;
            ask_for_rows(panel * height, taken * height, column, c);
            narrow->calls[taken - 1][some - 1](&tile);
            for (int64_t i = 0; i < taken; i++)
                store_narrow(&tile, i, (panel + i) * height, column, some, c);
        }
    }
}

void rondo_rows_multiply_panels(const rondo_row_kernels *kernels, int64_t rows, int64_t depth,
                                const rondo_real *panels, const rondo_row_right *b,
                                const rondo_product_result *c)
{
    int64_t height = kernels->rows, step = kernels->pieces[height - 1] * RONDO_KERNEL_COLUMNS;
    int64_t wide = b->count - narrow_columns(b->count);
    rondo_row_tile tile = {.depth = depth, .a_step = height, .adds = c->addend.data};
    for (int64_t column = 0; column < wide; column += step) {
        tile.b = b->panels + (b->first + column) * depth;
        for (int64_t first = 0; first < rows; first += height) {
            const rondo_row_left panel = {panels + first * depth, 1, height, NULL};
            point_at_left(&tile, 0, height, &panel);
            point_at_results(&tile, first, height, column, c);
            point_at_next(&tile, rows, first / height, rows / height, b, b->first + column, step);
            call_with(kernels, &tile, height, smaller(step, wide - column));
        }
    }
    multiply_narrow(kernels, rows, wide, depth, panels, b, c);
}
