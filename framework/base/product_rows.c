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

/* Rows [first, +rows) of A, as many as one call takes; below, of C. */
static void point_at_left(rondo_row_tile *tile, int64_t first, int64_t rows,
                          const rondo_row_left *a)
{
    for (int64_t i = 0; i < rows; i++)
        tile->a[i] = a->data + rondo_row_start(a->index, first + i, a->row);
}

static void point_at_results(rondo_row_tile *tile, int64_t first, int64_t rows, int64_t column,
                             const rondo_product_result *c)
{
    for (int64_t i = 0; i < rows; i++)
        tile->c[i] = c->data + rondo_row_start(c->index, first + i, c->stride) + column;
    for (int64_t i = 0; c->addend.data && i < rows; i++)
        tile->addend[i] =
            c->addend.data + rondo_row_start(c->index, first + i, c->addend.stride) + column;
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

/* What the first of the calls for columns [column, +step) asks for, of those that come next. */
static rondo_row_request request_of(int64_t rows, int64_t calls, const rondo_row_right *b,
                                    int64_t depth, int64_t column, int64_t step)
{
    if (!should_ask(rows, b)) return (rondo_row_request){0};
    bool is_last = column + step >= b->columns;
    return (rondo_row_request){is_last ? b->following : b->panels + (column + step) * depth,
                               step / calls};
}

static void go_on(rondo_row_request *request, int64_t depth)
{
    if (request->data) request->data += depth * request->step;
}

/* Rows are divided evenly among as few calls as there can be; the panels of a call stay in a cache
 * while all rows pass. */
void rondo_rows_multiply(const rondo_row_kernels *kernels, int64_t rows, int64_t depth,
                         const rondo_row_left *a, const rondo_row_right *b,
                         const rondo_product_result *c)
{
    if (depth <= RONDO_SHALLOW_DEPTH) {
        kernels->of_depths[depth - 1](rows, a, b, c);
        return;
    }
    int64_t groups = parts(rows, kernels->rows), most = parts(rows, groups);
    int64_t step = kernels->pieces[most - 1] * RONDO_KERNEL_COLUMNS;
    rondo_row_tile tile = {.depth = depth, .a_step = a->step, .adds = c->addend.data};
    for (int64_t column = 0; column < b->count; column += step) {
        tile.b = b->panels + (b->first + column) * depth;
        tile.request = request_of(rows, groups, b, depth, b->first + column, step);
        for (int64_t group = 0; group < groups; group++) {
            int64_t first = rows * group / groups, count = rows * (group + 1) / groups - first;
            point_at_left(&tile, first, count, a);
            point_at_results(&tile, first, count, column, c);
            call_with(kernels, &tile, count, smaller(step, b->count - column));
            go_on(&tile.request, depth);
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
        rondo_real *row = c->data + rondo_row_start(c->index, first + i, c->stride) + column;
        const rondo_real *addend =
            c->addend.data
                ? c->addend.data + rondo_row_start(c->index, first + i, c->addend.stride) + column
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
        __builtin_prefetch(c->data + rondo_row_start(c->index, first + i, c->stride) + column, 1);
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

/* How many panels from row `first` on have rows of C that follow one another; 0: not even the first. */
static int64_t panels_that_follow(const int64_t *index, int64_t first, int64_t rows, int64_t height)
{
    int64_t panels = (rows - first) / height;
    if (!index || rondo_panels_follow(index + first, rows - first)) return panels;
    return rondo_panels_follow(index + first, height);
}

/* Panels of A times some columns of B: pieces that begin in column `column` of those that are wanted. */
typedef struct panel_product {
    const rondo_row_kernels *kernels;
    int64_t rows, depth;
    const rondo_real *panels;
    const rondo_product_result *c;
    const rondo_real *b;
    int64_t column, columns;
    rondo_row_request request;
} panel_product;

static void call_for_panels(const panel_product *p, int64_t first, int64_t count)
{
    const rondo_product_result *c = p->c;
    int64_t row = rondo_row_start(c->index, first, 1);
    const rondo_panel_tile tile = {
        .depth = p->depth,
        .a = p->panels + first * p->depth,
        .panels = count,
        .b = p->b,
        .c = c->data + row * c->stride + p->column,
        .c_stride = c->stride,
        .addend = c->addend.data ? c->addend.data + row * c->addend.stride + p->column : NULL,
        .addend_stride = c->addend.stride,
        .request = p->request};
    p->kernels->of_panels[p->columns / RONDO_KERNEL_COLUMNS - 1](&tile);
}

/* One panel whose rows of C lie apart, or whose columns are not whole pieces. */
static void call_for_rows(const panel_product *p, int64_t first)
{
    int64_t height = p->kernels->rows;
    const rondo_row_left panel = {p->panels + first * p->depth, 1, height, NULL};
    rondo_row_tile tile = {.depth = p->depth,
                           .a_step = height,
                           .b = p->b,
                           .adds = p->c->addend.data,
                           .request = p->request};
    point_at_left(&tile, 0, height, &panel);
    point_at_results(&tile, first, height, p->column, p->c);
    call_with(p->kernels, &tile, height, p->columns);
}

static void multiply_pieces(panel_product *p)
{
    int64_t height = p->kernels->rows, taken;
    bool is_whole = p->columns % RONDO_KERNEL_COLUMNS == 0;
    for (int64_t first = 0; first < p->rows; first += taken * height) {
        taken = is_whole ? panels_that_follow(p->c->index, first, p->rows, height) : 0;
        if (taken > 0) {
            call_for_panels(p, first, taken);
        } else {
            taken = 1;
            call_for_rows(p, first);
        }
        go_on(&p->request, taken * p->depth);
    }
}

void rondo_rows_multiply_panels(const rondo_row_kernels *kernels, int64_t rows, int64_t depth,
                                const rondo_real *panels, const rondo_row_right *b,
                                const rondo_product_result *c)
{
    int64_t height = kernels->rows, step = kernels->pieces[height - 1] * RONDO_KERNEL_COLUMNS;
    int64_t wide = b->count - narrow_columns(b->count);
    panel_product p = {kernels, rows, depth, panels, c, .column = 0};
    for (; p.column < wide; p.column += step) {
        int64_t of_all = b->first + p.column;
        p.b = b->panels + of_all * depth;
        p.columns = smaller(step, wide - p.column);
        p.request = request_of(rows, rows / height, b, depth, of_all, step);
        multiply_pieces(&p);
    }
    multiply_narrow(kernels, rows, wide, depth, panels, b, c);
}
