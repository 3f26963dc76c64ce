/* Kernels for any number of rows. Every element is the chain of fused multiplications and additions
 * that fmaf makes of it, alone and, depth block by depth block, within products. Where BLIS's kernels
 * multiply, any number of rows has the bits that the same rows have in whole register blocks. Every
 * family that this processor can run is tried, each in a process of its own, because BLIS chooses
 * once. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/product.h"
#include "base/product_choice.h"
#include "base/product_private.h"
#include "base/product_rows.h"
#include "base/random.h"
#include "check.h"

#if defined RONDO_HAVE_ROW_KERNELS && !TEST_BY_GEMM
#define TEST_HAS_KERNELS true
#else
#define TEST_HAS_KERNELS false
#endif

#ifdef RONDO_DOUBLE
#define TEST_FUSED fma
#else
#define TEST_FUSED fmaf
#endif

static rondo_real *reals(int64_t count)
{
    rondo_error error = {0};
    return rondo_memory_create((size_t)count * sizeof(rondo_real), "test", &error);
}

static rondo_real *random_reals(int64_t count, uint64_t step)
{
    const rondo_random numbers = {7, RONDO_FOR_TEST, step};
    rondo_real *data = reals(count);
    for (int64_t i = 0; i < count; i++)
        data[i] = (rondo_real)(2 * rondo_random_uniform(&numbers, (uint64_t)i) - 1);
    return data;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

#ifdef RONDO_HAVE_ROW_KERNELS
/* --- the kernels --- */

enum { MOST_ROWS = 20, MOST_DEPTH = 300, MOST_COLUMNS = 200, SPREAD = 3 * MOST_ROWS };

typedef struct operands {
    rondo_real *a, *b, *start, *c; /* b: panels */
} operands;

static operands operands_create(void)
{
    return (operands){random_reals(SPREAD * MOST_DEPTH, 1),
                      random_reals((MOST_COLUMNS + 32) * MOST_DEPTH, 2),
                      random_reals(SPREAD * MOST_COLUMNS, 3), reals(SPREAD * MOST_COLUMNS)};
}

static void operands_destroy(operands *o)
{
    rondo_memory_destroy(o->a);
    rondo_memory_destroy(o->b);
    rondo_memory_destroy(o->start);
    rondo_memory_destroy(o->c);
}

/* Rows of panels of `height` rows, or of another left operand: height 0. */
static float chain(const operands *o, const rondo_row_left *left, int64_t height, int64_t width,
                   int64_t depth, int64_t row, int64_t column)
{
    const float *a = height > 0 ? left->data + row / height * height * depth + row % height
                                : left->data + (left->index ? left->index[row] : row) * left->row;
    const float *b = o->b + column / width * width * depth + column % width;
    float sum = 0;
    for (int64_t d = 0; d < depth; d++)
        sum = fmaf(a[d * left->step], b[d * width], sum);
    return sum;
}

/* C in the rows of an index that leaves gaps; what is not in it stays as it was. B is large in every second
 * case: kernels ask for what comes next then. With an odd depth one row is added to all, as biases are. */
static void check_product(const rondo_row_kernels *kernels, int64_t width, const operands *o,
                          const rondo_row_left *left, int64_t rows, int64_t columns, int64_t depth,
                          bool adds, const int64_t *index, bool is_panels)
{
    size_t bytes = sizeof(rondo_real) * SPREAD * MOST_COLUMNS;
    memcpy(o->c, o->start, bytes);
    const rondo_row_right right = {o->b,    columns, 0,
                                   columns, o->b,    (rows / kernels->rows + columns) % 2 == 1};
    int64_t stride = depth % 2 == 0 ? MOST_COLUMNS : 0;
    const rondo_product_result c = {o->c, MOST_COLUMNS, index, {adds ? o->start : NULL, stride}};
    if (is_panels)
        rondo_rows_multiply_panels(kernels, rows, depth, left->data, &right, &c);
    else
        rondo_rows_multiply(kernels, rows, depth, left, &right, &c);
    for (int64_t row = 0, next = 0; row < SPREAD; row++) {
        bool listed = next < rows && (index ? index[next] : next) == row;
        for (int64_t column = 0; column < MOST_COLUMNS; column++) {
            int64_t at = row * MOST_COLUMNS + column;
            rondo_real expected = o->start[at];
            if (listed && column < columns) {
                float sum =
                    chain(o, left, is_panels ? kernels->rows : 0, width, depth, next, column);
                expected = adds ? o->start[row * stride + column] + sum : sum;
            }
            CHECK(o->c[at] == expected);
        }
        next += listed;
    }
}

static void check_kernels(const rondo_row_kernels *kernels, int64_t width)
{
    static const int64_t depths[] = {1, 2, 7, 64, MOST_DEPTH};
    static const int64_t columns[] = {1, 15, 16, 17, 48, 64, 100, 128, MOST_COLUMNS};
    int64_t index[MOST_ROWS], places[SPREAD], runs[SPREAD];
    operands o = operands_create();
    for (int64_t i = 0; i < MOST_ROWS; i++)
        index[i] = 2 * i + i % 2;
    for (int64_t i = 0; i < SPREAD; i++)
        places[i] = i + i / 3;
    for (int64_t i = 0; i < SPREAD; i++)
        runs[i] = i + i / 11; /* panels that follow one another, and panels that do not */
    for (int64_t rows = 1; rows <= MOST_ROWS; rows++)
        for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
            const rondo_row_left by_rows = {o.a, MOST_DEPTH, 1, NULL};
            const rondo_row_left apart = {o.a, MOST_DEPTH, 1, index};
            const rondo_row_left panel = {o.a, 1, MOST_ROWS, NULL};
            int64_t depth = depths[d], some = columns[(size_t)rows % 9];
            check_product(kernels, width, &o, &by_rows, rows, some, depth, true, NULL, false);
            check_product(kernels, width, &o, &apart, rows, some, depth, true, index, false);
            check_product(kernels, width, &o, &panel, rows, MOST_COLUMNS, depth, false, NULL,
                          false);
        }
    const rondo_row_left panels = {o.a, 1, kernels->rows, NULL};
    for (int64_t some = 1; some <= MOST_COLUMNS; some += some < 36 ? 1 : 23)
        for (int64_t rows = kernels->rows; rows <= 5 * kernels->rows; rows += kernels->rows) {
            check_product(kernels, width, &o, &panels, rows, some, 33, some % 3, NULL, true);
            check_product(kernels, width, &o, &panels, rows, some, 1, some % 2, places, true);
            check_product(kernels, width, &o, &panels, rows, some, 34, some % 2, runs, true);
        }
    for (int64_t depth = 1; depth <= RONDO_SHALLOW_DEPTH + 1; depth++)
        for (int64_t some = 1; some <= MOST_COLUMNS; some += some < 36 ? 1 : 23) {
            const rondo_row_left by_rows = {o.a, MOST_DEPTH, 1, NULL};
            const rondo_row_left apart = {o.a, 1, 7, index};
            check_product(kernels, width, &o, &by_rows, some % 9 + 1, some, depth, some % 2, NULL,
                          false);
            check_product(kernels, width, &o, &apart, some % 9 + 1, some, depth, some % 3, runs,
                          false);
        }
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        for (int64_t rows = 1; rows <= kernels->rows; rows++) {
            const rondo_row_left by_rows = {o.a, MOST_DEPTH, 1, NULL};
            check_product(kernels, width, &o, &by_rows, rows, columns[i], 33, rows % 2, NULL,
                          false);
        }
    operands_destroy(&o);
}

static void kernels_make_chains_of_fused_operations(void)
{
    const rondo_processor_facts facts = rondo_processor_facts_get();
    CHECK(!rondo_row_kernels_avx2(32) && !rondo_row_kernels_avx2(8) &&
          !rondo_row_kernels_avx512(8));
    if (facts.has_avx2) check_kernels(rondo_row_kernels_avx2(16), 16);
    if (!facts.has_avx512) return;
    check_kernels(rondo_row_kernels_avx512(16), 16);
    check_kernels(rondo_row_kernels_avx512(32), 32);
}
#endif

/* --- products --- */

enum { BLOCKS = 24, WIDTH = 150 }; /* rows: whole blocks of 4, 6, 8 and 12 */

typedef struct problem {
    int64_t depth;
    rondo_real *a, *across, *b, *start, *packed, *scratch, *left, *whole, *some;
} problem;

static problem problem_create(int64_t depth)
{
    problem p = {.depth = depth,
                 .a = random_reals(BLOCKS * depth, 4),
                 .across = reals(BLOCKS * depth),
                 .b = random_reals(depth * WIDTH, 5),
                 .start = random_reals(BLOCKS * WIDTH, 6),
                 .packed = reals(rondo_product_packed_size(depth, WIDTH)),
                 .scratch = reals(rondo_product_scratch(BLOCKS)),
                 .left = reals(rondo_product_depths_size(BLOCKS, depth)),
                 .whole = reals(BLOCKS * WIDTH),
                 .some = reals(BLOCKS * WIDTH)};
    for (int64_t i = 0; i < BLOCKS * depth; i++)
        p.across[i % depth * BLOCKS + i / depth] = p.a[i];
    rondo_product_pack(p.packed, depth, WIDTH, (rondo_matrix){p.b, WIDTH, 1}, 0,
                       rondo_product_panel_count(WIDTH));
    return p;
}

static void problem_destroy(problem *p)
{
    rondo_real *all[] = {p->a,       p->across, p->b,     p->start, p->packed,
                         p->scratch, p->left,   p->whole, p->some};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        rondo_memory_destroy(all[i]);
}

/* The first rows are those of the whole blocks, the others are as they were. */
static void check_rows(const problem *p, int64_t rows)
{
    size_t bytes = sizeof(rondo_real) * (size_t)(rows * WIDTH);
    CHECK(memcmp(p->some, p->whole, bytes) == 0);
    CHECK(memcmp(p->some + rows * WIDTH, p->start + rows * WIDTH,
                 sizeof(rondo_real) * (size_t)((BLOCKS - rows) * WIDTH)) == 0);
    memcpy(p->some, p->start, sizeof(rondo_real) * BLOCKS * WIDTH);
}

static void check_products(const problem *p, int64_t rows)
{
    const rondo_matrix a = {p->a, p->depth, 1}, across = {p->across, 1, BLOCKS};
    const rondo_product_left left = {p->left, rows, p->some};
    const rondo_column_blocks all = {0, WIDTH, 1, WIDTH};
    int64_t index[BLOCKS], panel = rondo_product_block_sizes().columns;
    for (int64_t i = 0; i < BLOCKS; i++)
        index[i] = i;
    const rondo_addend some = {p->some, WIDTH}, behind = {p->some + panel, WIDTH};
    rondo_product_packed(rows, p->depth, WIDTH, a, p->packed, 0, WIDTH, some, p->some, WIDTH,
                         p->scratch);
    check_rows(p, rows);
    rondo_product_packed(rows, p->depth, WIDTH, across, p->packed, 0, WIDTH, some, p->some, WIDTH,
                         p->scratch);
    check_rows(p, rows);
    rondo_product_scattered(rows, p->depth, WIDTH, p->a, p->depth, index, p->packed, &all, some,
                            p->some, WIDTH, p->scratch);
    check_rows(p, rows);
    for (int64_t first = 0, part = p->depth / 2 + 1; first < p->depth; first += part)
        rondo_product_pack_depths(p->left, rows, p->depth, first, smaller(part, p->depth - first),
                                  p->a + first, p->depth);
    rondo_product_multiply(rows, p->depth, WIDTH, p->left, p->packed, 0, panel, some, p->some,
                           WIDTH);
    rondo_product_multiply(rows, p->depth, WIDTH, p->left, p->packed, panel, WIDTH - panel, behind,
                           p->some + panel, WIDTH);
    check_rows(p, rows);
    rondo_product_pack_left(p->left, rows, p->depth, p->across, BLOCKS, NULL, 0,
                            rondo_product_left_panel_count(rows));
    rondo_product_columns(&left, 1, WIDTH, p->depth, (rondo_matrix){p->b, WIDTH, 1}, NULL, 1, WIDTH,
                          p->scratch);
    check_rows(p, rows);
}

/* What kernels that add in chains make of all rows, one depth block after another. */
static void multiply_by_chains(const problem *p)
{
    int64_t block = rondo_product_block_sizes().depth;
    for (int64_t i = 0; i < BLOCKS * WIDTH; i++)
        for (int64_t start = 0; start < p->depth; start += block) {
            rondo_real sum = 0;
            for (int64_t d = start; d < p->depth && d < start + block; d++)
                sum = TEST_FUSED(p->a[i / WIDTH * p->depth + d], p->b[d * WIDTH + i % WIDTH], sum);
            p->whole[i] += sum;
        }
}

static void any_number_of_rows_has_the_bits_of(bool chains)
{
    static const int64_t depths[] = {1, 2, 3, 31, 128, 255, 256, 257, 400, 1025};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        problem p = problem_create(depths[i]);
        memcpy(p.whole, p.start, sizeof(rondo_real) * BLOCKS * WIDTH);
        memcpy(p.some, p.start, sizeof(rondo_real) * BLOCKS * WIDTH);
        if (chains)
            multiply_by_chains(&p);
        else
            rondo_product_packed(BLOCKS, p.depth, WIDTH, (rondo_matrix){p.a, p.depth, 1}, p.packed,
                                 0, WIDTH, (rondo_addend){p.whole, WIDTH}, p.whole, WIDTH,
                                 p.scratch);
        for (int64_t rows = 1; rows <= BLOCKS; rows++)
            check_products(&p, rows);
        problem_destroy(&p);
    }
}

static void any_number_of_rows_has_the_bits_of_whole_blocks(void)
{
    any_number_of_rows_has_the_bits_of(false);
}

static void any_number_of_rows_has_the_bits_of_chains(void)
{
    any_number_of_rows_has_the_bits_of(true);
}

/* These kernels are used where they give the bits of BLIS's, and nowhere else. */
static void check_family(const char *name, bool adds_in_chains)
{
    const rondo_panel_sizes *sizes = rondo_panel_sizes_get();
    CHECK(strstr(rondo_product_kernel(), name) != NULL);
    CHECK(rondo_panels_rows(sizes, BLOCKS) == BLOCKS);
    bool own = TEST_HAS_KERNELS && adds_in_chains;
    CHECK(sizes->any_rows == own);
    if (own)
        RUN(any_number_of_rows_has_the_bits_of_chains);
    else
        RUN(any_number_of_rows_has_the_bits_of_whole_blocks);
}

static void try_family(const char *name, bool adds_in_chains)
{
    int status = 1, number = rondo_product_kernels_number(name);
    char value[16];
    if (number < 0) return;
    pid_t child = fork();
    if (child == 0) {
        snprintf(value, sizeof value, "%d", number);
        setenv("BLIS_ARCH_TYPE", value, 1);
        check_family(name, adds_in_chains);
        exit(check_end());
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

static void every_family_of_kernels(void)
{
    const rondo_processor_facts facts = rondo_processor_facts_get();
    try_family("generic", false);
    if (facts.has_avx) try_family("sandybridge", false);
    if (facts.has_avx2) try_family("haswell", true);
    if (facts.has_avx2 && strcmp(facts.vendor, "AuthenticAMD") == 0) try_family("zen3", true);
    if (facts.has_avx512) try_family("skx", true);
}

int main(void)
{
#ifdef RONDO_HAVE_ROW_KERNELS
    RUN(kernels_make_chains_of_fused_operations);
#endif
    RUN(every_family_of_kernels);
    return check_end();
}
