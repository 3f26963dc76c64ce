/* Whether kernels of ours give the bits of BLIS's (base/product_rows.h): both multiply the same pseudo-random
 * numbers. */
#include <string.h>

#include "base/memory.h"
#include "base/product_private.h"
#include "base/product_rows.h"
#include "base/random.h"

enum {
    TRIED_ROWS = RONDO_KERNEL_ROWS,
    TRIED_COLUMNS = 32,
    TRIED_DEPTH = 131,
    TALLEST = 16, /* register block of those that are tried */
};

/* Operands, and what their product is added to. Element (i, d) of A is a[d * TRIED_ROWS + i]; C has
 * rows for whole register blocks. */
typedef struct trial {
    _Alignas(RONDO_ALIGNMENT) rondo_real a[TRIED_ROWS * TRIED_DEPTH + RONDO_READ_AHEAD];
    _Alignas(RONDO_ALIGNMENT) rondo_real panel[TALLEST * TRIED_DEPTH + RONDO_READ_AHEAD];
    _Alignas(RONDO_ALIGNMENT) rondo_real b[TRIED_COLUMNS * TRIED_DEPTH + RONDO_READ_AHEAD];
    rondo_real start[(TRIED_ROWS + TALLEST) * TRIED_COLUMNS];
    rondo_real by_blis[(TRIED_ROWS + TALLEST) * TRIED_COLUMNS];
} trial;

static void draw(rondo_real *numbers, int64_t count, uint64_t step)
{
    const rondo_random random = {.purpose = RONDO_FOR_TEST, .step = step};
    for (int64_t i = 0; i < count; i++)
        numbers[i] = (rondo_real)(2 * rondo_random_uniform(&random, (uint64_t)i) - 1);
}

/* All rows, a register block at a time; those behind the last are zeros. */
static void multiply_by_blis(const rondo_panel_sizes *sizes, rondo_block_kernel kernel, trial *t,
                             int64_t depth, rondo_real beta)
{
    int64_t pack = sizes->row_pack, columns = sizes->column_block;
    memcpy(t->by_blis, t->start, sizeof t->by_blis);
    for (int64_t first = 0; first < TRIED_ROWS; first += sizes->row_block) {
        for (int64_t d = 0; d < depth; d++)
            for (int64_t i = 0; i < pack; i++)
                t->panel[d * pack + i] =
                    first + i < TRIED_ROWS ? t->a[d * TRIED_ROWS + first + i] : 0;
        kernel(depth, t->panel, t->b, beta, t->by_blis + first * columns, columns);
    }
}

/* Every number of rows gives what BLIS's kernel gives. */
static bool gives_same_bits(const rondo_row_kernels *own, const rondo_panel_sizes *sizes,
                            rondo_block_kernel kernel, trial *t, int64_t depth, rondo_real beta)
{
    const rondo_row_left left = {t->a, 1, TRIED_ROWS, NULL};
    int64_t columns = sizes->column_block;
    const rondo_row_right right = {t->b, columns, 0, columns, t->b, false};
    multiply_by_blis(sizes, kernel, t, depth, beta);
    for (int64_t rows = 1; rows <= TRIED_ROWS; rows++) {
        rondo_real some[TRIED_ROWS * TRIED_COLUMNS];
        memcpy(some, t->start, sizeof some);
        const rondo_product_result c = {some, columns, NULL, {beta != 0 ? some : NULL, columns}};
        rondo_rows_multiply(own, rows, depth, &left, &right, &c);
        if (memcmp(some, t->by_blis, (size_t)(rows * columns) * sizeof *some) != 0) return false;
    }
    return true;
}

bool rondo_row_kernels_agree(const rondo_row_kernels *own, const rondo_panel_sizes *sizes,
                             rondo_block_kernel kernel)
{
    static const int64_t depths[] = {1, 2, 3, 8, 67, TRIED_DEPTH};
    if (sizes->column_pack != sizes->column_block || sizes->row_pack > TALLEST ||
        sizes->column_pack > TRIED_COLUMNS)
        return false;
    trial t = {0};
    draw(t.a, (int64_t)TRIED_ROWS * TRIED_DEPTH, 1);
    draw(t.b, (int64_t)TRIED_COLUMNS * TRIED_DEPTH, 2);
    draw(t.start, sizeof t.start / sizeof *t.start, 3);
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++)
        if (!gives_same_bits(own, sizes, kernel, &t, depths[i], 0) ||
            !gives_same_bits(own, sizes, kernel, &t, depths[i], 1))
            return false;
    return true;
}
