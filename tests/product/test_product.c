/* Products against plain loops, and the promise on which the thread count rests: an element's bits
 * do not depend on the rows, columns or tiles it is computed with. */
#include <math.h>
#include <stdbool.h>

#include "base/memory.h"
#include "base/product.h"
#include "base/random.h"
#include "check.h"

#ifndef TEST_PRECISION
#define TEST_PRECISION RONDO_FLOAT32
#endif
enum { TEST_SKIPPED = 77 };

static const rondo_random numbers = {7, RONDO_FOR_TEST, 1};

static rondo_real *random_reals(int64_t count, uint64_t start)
{
    rondo_error error = {0};
    rondo_real *data = rondo_memory_create((size_t)count * sizeof *data, "test", &error);
    for (int64_t i = 0; i < count; i++)
        data[i] = (rondo_real)(2 * rondo_random_uniform(&numbers, start + (uint64_t)i) - 1);
    return data;
}

static rondo_real *reals(int64_t count)
{
    rondo_error error = {0};
    return rondo_memory_create((size_t)count * sizeof(rondo_real), "test", &error);
}

typedef struct problem {
    int64_t rows, columns, depth;
    rondo_real *a, *b, *c, *packed, *scratch;
    rondo_matrix left, right;
} problem;

static problem problem_create(int64_t rows, int64_t columns, int64_t depth, bool transposed)
{
    problem p = {.rows = rows, .columns = columns, .depth = depth};
    p.a = random_reals(rows * depth, 0);
    p.b = random_reals(depth * columns, 1000000);
    p.c = random_reals(rows * columns, 2000000);
    p.left = transposed ? (rondo_matrix){p.a, 1, rows} : (rondo_matrix){p.a, depth, 1};
    p.right = transposed ? (rondo_matrix){p.b, 1, depth} : (rondo_matrix){p.b, columns, 1};
    p.packed = reals(rondo_product_packed_size(depth, columns));
    rondo_product_pack(p.packed, depth, columns, p.right, 0, rondo_product_panel_count(columns));
    p.scratch = reals(rondo_product_scratch(rows));
    return p;
}

static void problem_destroy(problem *p)
{
    rondo_memory_destroy(p->a);
    rondo_memory_destroy(p->b);
    rondo_memory_destroy(p->c);
    rondo_memory_destroy(p->packed);
    rondo_memory_destroy(p->scratch);
}

/* What a product multiplies: bfloat16 has 8 significant bits; ties go to the even neighbour. */
static double operand(rondo_real number)
{
    int exponent;
    if (TEST_PRECISION == RONDO_FLOAT32) return (double)number;
    double significand = frexp((double)number, &exponent);
    return ldexp(nearbyint(ldexp(significand, 8)), exponent - 8);
}

static double element(const problem *p, int64_t i, int64_t j, double start)
{
    double sum = start;
    for (int64_t d = 0; d < p->depth; d++)
        sum += operand(p->left.data[i * p->left.row_stride + d * p->left.column_stride]) *
               operand(p->right.data[d * p->right.row_stride + j * p->right.column_stride]);
    return sum;
}

static const rondo_addend nothing = {0};

static void check_against_loops(int64_t rows, int64_t columns, int64_t depth, bool transposed)
{
    problem p = problem_create(rows, columns, depth, transposed);
    double tolerance = (sizeof(rondo_real) == 4 ? 2e-7 : 1e-15) * (double)(depth + 8);
    rondo_real *sum = reals(rows * columns), *plain = reals(rows * columns);
    memcpy(sum, p.c, (size_t)(rows * columns) * sizeof *sum);
    memset(plain, 0xff, (size_t)(rows * columns) * sizeof *plain); /* NaN: not to be read */
    rondo_product_packed(rows, depth, columns, p.left, p.packed, 0, columns,
                         (rondo_addend){sum, columns}, sum, columns, p.scratch);
    rondo_product_packed(rows, depth, columns, p.left, p.packed, 0, columns, nothing, plain,
                         columns, p.scratch);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) {
            CHECK_NEAR(sum[i * columns + j], element(&p, i, j, (double)p.c[i * columns + j]),
                       tolerance);
            CHECK_NEAR(plain[i * columns + j], element(&p, i, j, 0), tolerance);
        }
    rondo_memory_destroy(sum);
    rondo_memory_destroy(plain);
    problem_destroy(&p);
}

static void products_agree_with_loops(void)
{
    static const int64_t sizes[][3] = {{1, 1, 1},     {1, 17, 5},    {6, 16, 256}, {7, 33, 257},
                                       {64, 128, 40}, {13, 31, 700}, {5, 100, 3}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        check_against_loops(sizes[i][0], sizes[i][1], sizes[i][2], false);
        check_against_loops(sizes[i][0], sizes[i][1], sizes[i][2], true);
    }
}

/* Row i of a batch of rows, alone and in any range, and any range of column panels. */
static void bits_do_not_depend_on_neighbours(void)
{
    enum { ROWS = 64, COLUMNS = 200, DEPTH = 517 };
    problem p = problem_create(ROWS, COLUMNS, DEPTH, false);
    int64_t panel = rondo_product_block_sizes().columns;
    rondo_real *whole = reals(ROWS * COLUMNS), *part = reals(ROWS * COLUMNS);
    memcpy(whole, p.c, sizeof(rondo_real) * ROWS * COLUMNS);
    rondo_product_packed(ROWS, DEPTH, COLUMNS, p.left, p.packed, 0, COLUMNS,
                         (rondo_addend){whole, COLUMNS}, whole, COLUMNS, p.scratch);
    for (int trial = 0; trial < 100; trial++) {
        int64_t first = (int64_t)(rondo_random_uniform(&numbers, 77 + (uint64_t)trial) * ROWS);
        int64_t count = 1 + (trial * 7) % (ROWS - first);
        int64_t column = trial % 3 * panel;
        rondo_matrix a = {p.a + first * DEPTH, DEPTH, 1};
        memcpy(part, p.c, sizeof(rondo_real) * ROWS * COLUMNS);
        rondo_real *c = part + first * COLUMNS + column;
        rondo_product_packed(count, DEPTH, COLUMNS, a, p.packed, column, COLUMNS - column,
                             (rondo_addend){c, COLUMNS}, c, COLUMNS, p.scratch);
        for (int64_t i = first; i < first + count; i++)
            CHECK(memcmp(part + i * COLUMNS + column, whole + i * COLUMNS + column,
                         sizeof(rondo_real) * (size_t)(COLUMNS - column)) == 0);
    }
    rondo_memory_destroy(whole);
    rondo_memory_destroy(part);
    problem_destroy(&p);
}

/* Rows that lie apart, in runs of any length, and blocks of columns: the bits of the packed
 * product, and nothing else written. */
static void scattered_rows_give_the_bits_of_the_packed_product(void)
{
    enum { ROWS = 90, COLUMNS = 256, DEPTH = 517, SPREAD = 4 * ROWS, BLOCK = 64, BLOCKS = 4 };
    problem p = problem_create(SPREAD, COLUMNS, DEPTH, false);
    rondo_real *whole = reals(SPREAD * COLUMNS), *some = reals(SPREAD * COLUMNS);
    rondo_product_packed(SPREAD, DEPTH, COLUMNS, p.left, p.packed, 0, COLUMNS, nothing, whole,
                         COLUMNS, p.scratch);
    for (int64_t run = 1; run <= ROWS; run += run < 8 ? 1 : 41) {
        int64_t index[ROWS], panel = rondo_product_block_sizes().columns;
        for (int64_t i = 0; i < ROWS; i++)
            index[i] = i / run * (run + 3) % SPREAD + i % run;
        int64_t rows = 1;
        while (rows < ROWS && index[rows] > index[rows - 1] && index[rows] < SPREAD)
            rows++;
        memset(some, 0xff, sizeof(rondo_real) * SPREAD * COLUMNS);
        rondo_column_blocks of = {panel, BLOCK - panel, BLOCKS, BLOCK};
        rondo_product_scattered(rows, DEPTH, COLUMNS, p.a, DEPTH, index, p.packed, &of, nothing,
                                some, COLUMNS, p.scratch);
        for (int64_t row = 0, next = 0; row < SPREAD; row++) {
            bool listed = next < rows && index[next] == row;
            for (int64_t j = 0; j < COLUMNS; j++) {
                bool written = listed && j % BLOCK >= panel;
                if (written)
                    CHECK(some[row * COLUMNS + j] == whole[row * COLUMNS + j]);
                else
                    CHECK(isnan(some[row * COLUMNS + j]));
            }
            next += listed;
        }
    }
    rondo_memory_destroy(whole);
    rondo_memory_destroy(some);
    problem_destroy(&p);
}

/* The two halves of a recurrence's step: any division of the depths among those who pack, at odd
 * depths too, gives the bits of the packed product. */
static void packed_depths_give_the_bits_of_the_packed_product(void)
{
    enum { ROWS = 19, COLUMNS = 130, MOST = 1100 };
    static const int64_t depths[] = {1, 2, 33, 256, 515, 1024, MOST - 1};
    for (size_t n = 0; n < sizeof depths / sizeof *depths; n++) {
        int64_t depth = depths[n], column = rondo_product_block_sizes().columns;
        problem p = problem_create(ROWS, COLUMNS, depth, false);
        rondo_real *left = reals(rondo_product_depths_size(ROWS, depth));
        rondo_real *whole = reals(ROWS * COLUMNS), *halves = reals(ROWS * COLUMNS);
        memcpy(whole, p.c, sizeof(rondo_real) * ROWS * COLUMNS);
        rondo_product_packed(ROWS, depth, COLUMNS, p.left, p.packed, 0, COLUMNS,
                             (rondo_addend){whole, COLUMNS}, whole, COLUMNS, p.scratch);
        for (int64_t part = 1; part <= depth; part = 3 * part + 2) {
            memcpy(halves, p.c, sizeof(rondo_real) * ROWS * COLUMNS);
            memset(left, 0xff, sizeof(rondo_real) * (size_t)rondo_product_depths_size(ROWS, depth));
            for (int64_t first = 0; first < depth; first += part)
                rondo_product_pack_depths(left, ROWS, depth, first,
                                          part < depth - first ? part : depth - first, p.a + first,
                                          depth);
            rondo_product_multiply(ROWS, depth, COLUMNS, left, p.packed, 0, column,
                                   (rondo_addend){halves, COLUMNS}, halves, COLUMNS);
            rondo_product_multiply(ROWS, depth, COLUMNS, left, p.packed, column, COLUMNS - column,
                                   (rondo_addend){halves + column, COLUMNS}, halves + column,
                                   COLUMNS);
            CHECK(memcmp(whole, halves, sizeof(rondo_real) * ROWS * COLUMNS) == 0);
        }
        rondo_memory_destroy(left);
        rondo_memory_destroy(whole);
        rondo_memory_destroy(halves);
        problem_destroy(&p);
    }
}

/* Numbers of C, which rows and one row for all are added to: the bits of adding them to C. */
static void addends_give_the_bits_of_what_is_in_c(void)
{
    enum { ROWS = 45, COLUMNS = 134, DEPTH = 517, SPREAD = 2 * ROWS };
    problem p = problem_create(SPREAD, COLUMNS, DEPTH, false);
    size_t bytes = sizeof(rondo_real) * SPREAD * COLUMNS;
    rondo_real *expected = reals(SPREAD * COLUMNS), *given = reals(SPREAD * COLUMNS);
    rondo_real *left = reals(rondo_product_depths_size(SPREAD, DEPTH));
    const rondo_column_blocks all = {0, COLUMNS, 1, COLUMNS};
    int64_t index[ROWS];
    for (int64_t i = 0; i < ROWS; i++)
        index[i] = i + (i >= 20) + (i >= 31) * 7;
    rondo_product_pack_depths(left, SPREAD, DEPTH, 0, DEPTH, p.a, DEPTH);
    for (int is_one = 0; is_one < 2; is_one++) {
        const rondo_addend addend = {p.c, is_one ? 0 : COLUMNS}, c = {expected, COLUMNS};
        for (int64_t row = 0; row < SPREAD; row++)
            memcpy(expected + row * COLUMNS, p.c + row * addend.stride,
                   sizeof(rondo_real) * COLUMNS);
        rondo_product_packed(SPREAD, DEPTH, COLUMNS, p.left, p.packed, 0, COLUMNS, c, expected,
                             COLUMNS, p.scratch);
        memset(given, 0xff, bytes);
        rondo_product_packed(SPREAD, DEPTH, COLUMNS, p.left, p.packed, 0, COLUMNS, addend, given,
                             COLUMNS, p.scratch);
        CHECK(memcmp(given, expected, bytes) == 0);
        memset(given, 0xff, bytes);
        rondo_product_multiply(SPREAD, DEPTH, COLUMNS, left, p.packed, 0, COLUMNS, addend, given,
                               COLUMNS);
        CHECK(memcmp(given, expected, bytes) == 0);
        memset(given, 0xff, bytes);
        rondo_product_scattered(ROWS, DEPTH, COLUMNS, p.a, DEPTH, index, p.packed, &all, addend,
                                given, COLUMNS, p.scratch);
        for (int64_t i = 0; i < ROWS; i++)
            CHECK(memcmp(given + index[i] * COLUMNS, expected + index[i] * COLUMNS,
                         sizeof(rondo_real) * COLUMNS) == 0);
    }
    rondo_memory_destroy(expected);
    rondo_memory_destroy(given);
    rondo_memory_destroy(left);
    problem_destroy(&p);
}

enum { LEFT_ROWS = 301, ALL_COLUMNS = 250, MANY_DEPTHS = 600 };

/* Some depths of the product after others, and as many columns as there are, of B stored by rows. */
static void multiply_in_parts(const rondo_real *left, const rondo_real *b, rondo_real *c,
                              rondo_real *scratch)
{
    int64_t some = rondo_product_block_sizes().depth;
    for (int64_t start = 0; start < MANY_DEPTHS; start += some) {
        int64_t depths = MANY_DEPTHS - start < some ? MANY_DEPTHS - start : some;
        const rondo_product_left part = {left + rondo_product_left_offset(LEFT_ROWS, start),
                                         LEFT_ROWS, c};
        rondo_matrix rows = {b + start * ALL_COLUMNS, ALL_COLUMNS, 1};
        rondo_product_columns(&part, 1, ALL_COLUMNS, depths, rows, NULL, start > 0 ? 1 : 0,
                              ALL_COLUMNS, scratch);
    }
}

/* The weight gradient's product: any division of the columns or depths, and rows gathered by an index, give
 * the bits of the packed product. */
static void column_ranges_give_the_bits_of_the_packed_product(void)
{
    enum { ROWS = LEFT_ROWS, COLUMNS = ALL_COLUMNS, DEPTH = MANY_DEPTHS, RANGE = 48 };
    problem p = problem_create(ROWS, COLUMNS, DEPTH, true); /* a is [DEPTH, ROWS] in memory */
    int64_t panel = rondo_product_block_sizes().columns, range = RANGE / panel * panel;
    rondo_real *whole = reals(ROWS * COLUMNS), *ranges = reals(ROWS * COLUMNS);
    rondo_real *again = reals(ROWS * COLUMNS);
    rondo_real *left = reals(rondo_product_left_size(ROWS, DEPTH));
    rondo_real *scratch = reals(rondo_product_scratch(1)), *shifted = reals((DEPTH + 5) * ROWS);
    int64_t index[DEPTH];
    for (int64_t d = 0; d < DEPTH; d++)
        index[d] = d + 5;
    memcpy(shifted + 5 * ROWS, p.a, sizeof(rondo_real) * DEPTH * ROWS);
    rondo_real *b_rows = reals((DEPTH + 5) * COLUMNS);
    for (int64_t d = 0; d < DEPTH; d++)
        for (int64_t column = 0; column < COLUMNS; column++)
            b_rows[(d + 5) * COLUMNS + column] = p.b[column * DEPTH + d];
    rondo_product_packed(ROWS, DEPTH, COLUMNS, p.left, p.packed, 0, COLUMNS, nothing, whole,
                         COLUMNS, p.scratch);
    for (int gathered = 0; gathered < 2; gathered++) {
        rondo_product_pack_left(left, ROWS, DEPTH, gathered ? shifted : p.a, ROWS,
                                gathered ? index : NULL, 0, rondo_product_left_panel_count(ROWS));
        memset(ranges, 0xff, sizeof(rondo_real) * ROWS * COLUMNS);
        for (int64_t column = 0; column < COLUMNS; column += range) {
            rondo_matrix b = gathered ? (rondo_matrix){b_rows + column, COLUMNS, 1}
                                      : (rondo_matrix){p.b + column * DEPTH, 1, DEPTH};
            const rondo_product_left both[2] = {{left, ROWS, ranges + column},
                                                {left, ROWS, again + column}};
            rondo_product_columns(both, 2, COLUMNS - column < range ? COLUMNS - column : range,
                                  DEPTH, b, gathered ? index : NULL, 0, COLUMNS, scratch);
        }
        CHECK(memcmp(whole, ranges, sizeof(rondo_real) * ROWS * COLUMNS) == 0);
        CHECK(memcmp(whole, again, sizeof(rondo_real) * ROWS * COLUMNS) == 0);
        multiply_in_parts(left, b_rows + 5 * COLUMNS, again, scratch);
        CHECK(memcmp(whole, again, sizeof(rondo_real) * ROWS * COLUMNS) == 0);
    }
    rondo_memory_destroy(b_rows);
    rondo_memory_destroy(whole);
    rondo_memory_destroy(ranges);
    rondo_memory_destroy(again);
    rondo_memory_destroy(left);
    rondo_memory_destroy(scratch);
    rondo_memory_destroy(shifted);
    problem_destroy(&p);
}

/* Weight gradients of a layer in halves are packed into what was counted for the whole. */
static void sizes_of_parts_add_up(void)
{
    for (int64_t rows = 1; rows < 40; rows += 6)
        for (int64_t depth = 2; depth < 1200; depth += 37)
            for (int64_t part = 1; part < depth; part += 53)
                CHECK(rondo_product_left_size(rows, part) +
                          rondo_product_left_size(rows, depth - part) <=
                      rondo_product_left_size(rows, depth));
}

static void names_are_those_of_the_engine(void)
{
    const char *name = rondo_product_kernel();
    if (TEST_PRECISION == RONDO_BFLOAT16) {
        CHECK_TEXT(name, "bfloat16 avx512_bf16");
        return;
    }
    CHECK(strncmp(name, "BLIS ", 5) == 0);
    CHECK((strstr(name, "bli_gemm") != NULL) == TEST_BY_GEMM);
}

int main(void)
{
    if (rondo_precision_lacks(TEST_PRECISION)) {
        printf("skipped: it takes %s\n", rondo_precision_lacks(TEST_PRECISION));
        return TEST_SKIPPED;
    }
    rondo_product_use(TEST_PRECISION);
    RUN(names_are_those_of_the_engine);
    RUN(products_agree_with_loops);
    RUN(bits_do_not_depend_on_neighbours);
    RUN(addends_give_the_bits_of_what_is_in_c);
    RUN(scattered_rows_give_the_bits_of_the_packed_product);
    RUN(packed_depths_give_the_bits_of_the_packed_product);
    RUN(sizes_of_parts_add_up);
    RUN(column_ranges_give_the_bits_of_the_packed_product);
    return check_end();
}
