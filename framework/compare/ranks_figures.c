#include "compare/ranks_figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/svg.h"
#include "compare/rows.h"

int32_t *rondo_ranks_order(const rondo_datasets *sets)
{
    int32_t *order = calloc((size_t)sets->variant_count + 1, sizeof *order);
    for (int32_t v = 0; order && v < sets->variant_count; v++) {
        int32_t at = 0;
        for (int32_t other = 0; other < sets->variant_count; other++)
            at += sets->mean_ranks[other] < sets->mean_ranks[v] ||
                  (sets->mean_ranks[other] == sets->mean_ranks[v] && other < v);
        order[at] = v;
    }
    return order;
}

/* --- ranks --- */

/* The last of the ordered variants that does not differ from the one at `first`. */
static int32_t end_of_group(const rondo_datasets *sets, const int32_t *order, int32_t first)
{
    int32_t last = first;
    while (last + 1 < sets->variant_count &&
           sets->mean_ranks[order[last + 1]] - sets->mean_ranks[order[first]] <
               sets->test.critical_difference)
        last++;
    return last;
}

/* Each largest group of variants that do not differ, as a bar in a row of its own; without a figure
 * they are counted. */
static int64_t add_groups(const rondo_datasets *sets, const int32_t *order, rondo_figure *figure,
                          rondo_figure_panel *panel)
{
    const rondo_figure_series like = {.kind = RONDO_FIGURE_BAR_X, .colour = -1};
    int64_t groups = 0;
    int32_t covered = 0;
    for (int32_t first = 0; first < sets->variant_count; first++) {
        int32_t last = end_of_group(sets, order, first);
        if (last == first || last <= covered) continue;
        covered = last;
        groups++;
        if (!figure) continue;
        rondo_figure_series *bar = rondo_figure_add_series(figure, panel, &like);
        rondo_figure_add_point(figure, bar,
                               (rondo_figure_point){.y = (double)(sets->variant_count + groups - 1),
                                                    .low = sets->mean_ranks[order[first]] - 0.03,
                                                    .high = sets->mean_ranks[order[last]] + 0.03});
    }
    return groups;
}

static void add_rank(const rondo_datasets *sets, int32_t variant, int32_t row, rondo_figure *figure,
                     rondo_figure_panel *panel)
{
    char title[64], number[48];
    const rondo_figure_series like = {
        .kind = RONDO_FIGURE_DOTS, .colour = variant, .marker = variant};
    rondo_figure_series *dot = rondo_figure_add_series(figure, panel, &like);
    snprintf(title, sizeof title, "mean rank %s",
             rondo_svg_number(sets->mean_ranks[variant], 2, number));
    rondo_figure_add_point(
        figure, dot,
        (rondo_figure_point){.x = sets->mean_ranks[variant], .y = row, .title = title});
}

void rondo_figure_ranks(const rondo_datasets *sets, const int32_t *order, rondo_figure *figure)
{
    int64_t rows = sets->variant_count + add_groups(sets, order, NULL, NULL);
    const char **names = calloc((size_t)rows + 1, sizeof *names);
    char number[48];
    rondo_text about = {0};
    rondo_text_add(&about,
                   "Mean rank over %lld data sets; 1 is best. Variants joined by a grey bar are "
                   "not shown to differ: their mean ranks are closer than the critical difference "
                   "%s (Nemenyi, 5 %% over all pairs).",
                   (long long)sets->count,
                   rondo_svg_number(sets->test.critical_difference, 2, number));
    rondo_figure_start(figure, "ranks", "Ranks of the variants", rondo_text_get(&about));
    figure->failed = figure->failed || !names || about.failed;
    rondo_text_finish(&about);
    for (int64_t r = 0; names && r < rows; r++)
        names[r] = r < sets->variant_count ? sets->variants[order[r]] : "not shown to differ";
    const rondo_figure_axis x = {
        .label = "mean rank (left is better)", .low = 0.8, .high = sets->variant_count + 0.2};
    const rondo_figure_axis y = {
        .scale = RONDO_FIGURE_CATEGORIES, .category_count = names ? rows : 0, .categories = names};
    figure->height = 30 * (double)rows;
    rondo_figure_panel *panel = rondo_figure_add_panel(figure, NULL, &x, &y);
    for (int32_t r = 0; r < sets->variant_count; r++)
        add_rank(sets, order[r], r, figure, panel);
    add_groups(sets, order, figure, panel);
    free(names);
}

/* --- data sets --- */

static void add_set(const rondo_datasets *sets, int64_t set, const int32_t *order,
                    const rondo_figure_axis *y, rondo_figure *figure)
{
    const rondo_comparison *comparison = &sets->sets[set];
    char label[200], number[48], title[80];
    const rondo_figure_axis x = {
        .label = rondo_rows_label(comparison, comparison->metric.name, label, sizeof label)};
    rondo_figure_panel *panel = rondo_figure_add_panel(figure, sets->names[set], &x, y);
    for (int32_t r = 0; r < sets->variant_count; r++) {
        int64_t found = rondo_comparison_find_variant(comparison, sets->variants[order[r]]);
        const rondo_seed_estimate *value = found < 0 ? NULL : &comparison->variants[found].value;
        const rondo_figure_series like = {
            .kind = RONDO_FIGURE_INTERVAL_X, .colour = order[r], .marker = order[r]};
        if (!value || !isfinite(value->mean)) continue;
        rondo_figure_series *mean = rondo_figure_add_series(figure, panel, &like);
        snprintf(title, sizeof title, "mean of %lld: %s", (long long)value->count,
                 rondo_svg_number(value->mean, rondo_rows_decimals(comparison), number));
        rondo_figure_add_point(
            figure, mean,
            (rondo_figure_point){
                .x = value->mean, .y = r, .low = value->low, .high = value->high, .title = title});
    }
}

void rondo_figure_sets(const rondo_datasets *sets, const int32_t *order, rondo_figure *figure)
{
    const char **names = calloc((size_t)sets->variant_count + 1, sizeof *names);
    rondo_figure_start(figure, "data-sets", "The variants on each data set",
                       "Means and 95 % t intervals over seeds.");
    figure->failed = figure->failed || !names;
    for (int32_t r = 0; names && r < sets->variant_count; r++)
        names[r] = sets->variants[order[r]];
    const rondo_figure_axis y = {.scale = RONDO_FIGURE_CATEGORIES,
                                 .category_count = names ? sets->variant_count : 0,
                                 .categories = names};
    figure->columns = 3;
    figure->height = 26 * (double)sets->variant_count;
    for (int64_t s = 0; s < sets->count; s++)
        add_set(sets, s, order, &y, figure);
    free(names);
}
