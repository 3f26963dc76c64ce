/* Ranks over data sets as text. */
#include <math.h>
#include <string.h>

#include "compare/collect_private.h"
#include "compare/datasets.h"

/* Variants by rising mean rank; ties as they stand. */
static const int32_t *order_of(const rondo_datasets *sets, rondo_owned *owned)
{
    int32_t *order = rondo_owned_take(owned, (size_t)sets->variant_count * sizeof *order);
    for (int32_t v = 0; order && v < sets->variant_count; v++) {
        int32_t at = v;
        for (; at > 0 && sets->mean_ranks[order[at - 1]] > sets->mean_ranks[v]; at--)
            order[at] = order[at - 1];
        order[at] = v;
    }
    return order;
}

static bool is_found(const rondo_datasets *sets)
{
    return sets->test.iman_davenport_p < 0.05;
}

/* "gru, rnn": variants that this one is better than. */
static const char *worse_ones(const rondo_datasets *sets, int32_t v, rondo_owned *owned)
{
    rondo_text names = {0};
    for (int32_t w = 0; w < sets->variant_count && is_found(sets); w++)
        if (sets->mean_ranks[w] - sets->mean_ranks[v] >= sets->test.critical_difference)
            rondo_text_add(&names, "%s%s", names.length > 0 ? ", " : "", sets->variants[w]);
    if (names.length == 0) rondo_text_add(&names, "-");
    const char *copy = rondo_owned_copy(owned, rondo_text_get(&names), names.length);
    rondo_owned_release(owned, &names);
    return copy;
}

static void print_ranks(const rondo_datasets *sets, const int32_t *order, rondo_owned *owned,
                        rondo_face face, rondo_text *text)
{
    rondo_grid grid = {.owned = owned};
    rondo_grid_column(&grid, "variant", true);
    rondo_grid_column(&grid, "mean rank", false);
    rondo_grid_column(&grid, "better than", true);
    for (int32_t i = 0; i < sets->variant_count; i++) {
        rondo_grid_add(&grid, sets->variants[order[i]]);
        rondo_grid_format(&grid, "%.2f", sets->mean_ranks[order[i]]);
        rondo_grid_add(&grid, worse_ones(sets, order[i], owned));
    }
    rondo_grid_print(&grid, face, text);
}

static void print_values(const rondo_datasets *sets, const int32_t *order, rondo_owned *owned,
                         rondo_face face, rondo_text *text)
{
    rondo_grid grid = {.owned = owned};
    if (sets->variant_count >= RONDO_GRID_COLUMNS) return;
    rondo_grid_column(&grid, rondo_compared_text(owned, "mean %s", sets->sets[0].metric.name),
                      true);
    for (int32_t i = 0; i < sets->variant_count; i++)
        rondo_grid_column(&grid, sets->variants[order[i]], false);
    for (int64_t d = 0; d < sets->count; d++) {
        rondo_grid_add(&grid, sets->names[d]);
        for (int32_t i = 0; i < sets->variant_count; i++)
            rondo_grid_format(&grid, "%.4g", sets->values[d * sets->variant_count + order[i]]);
    }
    rondo_grid_print(&grid, face, text);
}

static void print_tests(const rondo_datasets *sets, rondo_face face, rondo_text *text)
{
    const rondo_rank_test *test = &sets->test;
    rondo_text lines = {0};
    rondo_text_add(&lines, "%lld data sets, %d variants; Friedman: chi^2 %.4g, p %.4g; ",
                   (long long)sets->count, (int)test->variants, test->friedman, test->friedman_p);
    if (isinf(test->iman_davenport))
        rondo_text_add(&lines, "all data sets give the same ranks\n");
    else
        rondo_text_add(&lines, "Iman and Davenport: F %.4g, p %.4g\n", test->iman_davenport,
                       test->iman_davenport_p);
    rondo_text_add(
        &lines, "%s\n",
        is_found(sets)
            ? "the variants differ; one is better than another if their mean ranks differ by the "
              "critical difference"
            : "it is not established that the variants differ at all, so none is called better");
    rondo_text_add(&lines,
                   "critical difference of mean ranks, over all pairs at 5 %% (Nemenyi): %.4g\n",
                   test->critical_difference);
    rondo_face_add_lines(face, rondo_text_get(&lines), text);
    text->failed |= lines.failed;
    rondo_text_finish(&lines);
}

rondo_status rondo_datasets_print(const rondo_datasets *sets, rondo_face face, rondo_text *text,
                                  rondo_error *error)
{
    rondo_owned owned = {0};
    const int32_t *order = order_of(sets, &owned);
    if (order) {
        print_ranks(sets, order, &owned, face, text);
        print_values(sets, order, &owned, face, text);
        print_tests(sets, face, text);
    }
    rondo_status status = rondo_owned_check(&owned, "tables", error);
    if (!status && text->failed)
        status = rondo_error_set(error, RONDO_FAILED, "not enough memory: tables");
    rondo_owned_finish(&owned);
    return status;
}

void rondo_datasets_csv(const rondo_datasets *sets, rondo_text *text)
{
    char number[32];
    rondo_csv_word(text, "variant");
    rondo_text_add(text, ",mean_rank");
    for (int64_t d = 0; d < sets->count; d++) {
        rondo_text_add(text, ",");
        rondo_csv_word(text, sets->names[d]);
    }
    rondo_text_add(text, "\n");
    for (int32_t v = 0; v < sets->variant_count; v++) {
        rondo_csv_word(text, sets->variants[v]);
        rondo_text_add(text, ",%s", rondo_text_of_real(sets->mean_ranks[v], number));
        for (int64_t d = 0; d < sets->count; d++)
            rondo_text_add(text, ",%s",
                           rondo_text_of_real(sets->values[d * sets->variant_count + v], number));
        rondo_text_add(text, "\n");
    }
}
