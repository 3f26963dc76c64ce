/* Two halves of ragged rows, by hand. */
#include "threads/split_k.h"

#include "check.h"

/* 1,024 tokens, 100 inputs and 200 outputs: 307,200 operands for 20,000 results. */
static void it_pays_for_small_results(void)
{
    CHECK(rondo_split_k_pays(1024, 100, 200));
    CHECK(!rondo_split_k_pays(511, 10, 10));
    CHECK(rondo_split_k_pays(512, 10, 10));
    CHECK(rondo_split_k_pays(600, 200, 200));
    CHECK(!rondo_split_k_pays(599, 200, 200));
}

/* The halves together are all packed rows, each once; a half's are those of its rows, by step. */
static void rows_are_listed_by_half(void)
{
    enum { ROWS = 40, STEPS = 3 };
    const int64_t active[STEPS] = {ROWS, 30, 10}, offset[STEPS] = {0, ROWS, 70};
    const rondo_row_lengths ragged = {active, ROWS, STEPS, 80};
    int64_t list[80], seen[80] = {0}, middle = rondo_partition_middle(&ragged), expected = 0;
    CHECK(middle > 0 && middle < ROWS);
    int64_t count = rondo_split_k_list(&ragged, offset, list);
    for (int64_t t = 0; t < STEPS; t++)
        for (int64_t b = 0; b < middle && b < active[t]; b++)
            CHECK_INTEGER(list[expected++], offset[t] + b);
    CHECK_INTEGER(count, expected);
    for (int64_t t = 0; t < STEPS; t++)
        for (int64_t b = middle; b < active[t]; b++)
            CHECK_INTEGER(list[expected++], offset[t] + b);
    for (int i = 0; i < 80; i++)
        CHECK_INTEGER(seen[list[i]]++, 0);
}

/* Sums of weight gradients depend on where the halves meet, so they meet where they always did,
 * whatever kernel multiplies. Lengths fall. */
static void halves_meet_where_they_always_did(void)
{
    enum { STEPS = 8 };
    static const struct {
        int64_t rows, middle;
    } cases[] = {{13, 6}, {17, 6}, {21, 8}, {29, 12}, {33, 12}, {45, 18}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t active[STEPS], rows = cases[i].rows, tokens = 0;
        for (int t = 0; t < STEPS; t++)
            tokens += active[t] = rows - rows * t * t / (STEPS * STEPS);
        const rondo_row_lengths ragged = {active, rows, STEPS, tokens};
        CHECK_INTEGER(rondo_partition_middle(&ragged), cases[i].middle);
    }
}

static void halves_are_added(void)
{
    enum { ROWS = 19, COLUMNS = 3, STRIDE = 5 };
    rondo_real result[ROWS * STRIDE], second[ROWS * COLUMNS];
    const rondo_split_product product = {result, second, ROWS, COLUMNS, STRIDE};
    for (int i = 0; i < ROWS * STRIDE; i++)
        result[i] = (rondo_real)i;
    for (int i = 0; i < ROWS * COLUMNS; i++)
        second[i] = (rondo_real)(1000 * i);
    rondo_split_k_sum(2, &product, 1);
    for (int row = 0; row < ROWS; row++)
        for (int j = 0; j < STRIDE; j++) {
            int at = row * STRIDE + j;
            CHECK(result[at] == (rondo_real)(at + (j < COLUMNS ? 1000 * (row * COLUMNS + j) : 0)));
        }
}

int main(void)
{
    RUN(it_pays_for_small_results);
    RUN(rows_are_listed_by_half);
    RUN(halves_meet_where_they_always_did);
    RUN(halves_are_added);
    return check_end();
}
