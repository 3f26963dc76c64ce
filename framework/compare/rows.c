#include "compare/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sort.h"

/* The mean that rows are ranked by where there are too many: smaller is better; none comes last. */
static double rank_of(const rondo_comparison *comparison, int64_t variant)
{
    double mean = variant < 0 ? NAN : comparison->variants[variant].value.mean;
    if (!isfinite(mean)) return INFINITY;
    return comparison->metric.higher_is_better ? -mean : mean;
}

static int64_t variant_of(const rondo_comparison *comparison, int64_t index)
{
    return comparison->is_search ? comparison->groups[index].best : index;
}

/* How many rows come before this one by their means, equal ones in their order. */
static int64_t place_of(const rondo_comparison *comparison, int64_t total, int64_t index)
{
    double own = rank_of(comparison, variant_of(comparison, index));
    int64_t before = 0;
    for (int64_t i = 0; i < total; i++) {
        double other = rank_of(comparison, variant_of(comparison, i));
        before += other < own || (other == own && i < index);
    }
    return before;
}

static bool add_runs(const rondo_comparison *comparison, rondo_row *row)
{
    row->runs = calloc((size_t)comparison->run_count + 1, sizeof *row->runs);
    for (int64_t r = 0; row->runs && r < comparison->run_count; r++) {
        const rondo_compared_run *run = &comparison->runs[r];
        int64_t index =
            comparison->is_search ? comparison->variants[run->variant].group : run->variant;
        if (index == row->index) row->runs[row->run_count++] = run;
    }
    return row->runs != NULL;
}

rondo_status rondo_rows_find(const rondo_comparison *comparison, int64_t most, rondo_rows *rows,
                             rondo_error *error)
{
    bool search = comparison->is_search;
    int64_t total = search ? comparison->group_count : comparison->variant_count;
    *rows = (rondo_rows){
        .total = total, .best = -1, .rows = calloc((size_t)total + 1, sizeof *rows->rows)};
    for (int64_t i = 0; rows->rows && i < total; i++) {
        if (total > most && place_of(comparison, total, i) >= most) continue;
        if (place_of(comparison, total, i) == 0 &&
            rank_of(comparison, variant_of(comparison, i)) < INFINITY)
            rows->best = rows->count;
        rondo_row *row = &rows->rows[rows->count++];
        row->name = search ? comparison->groups[i].name : comparison->variants[i].name;
        row->index = i;
        row->variant = variant_of(comparison, i);
        snprintf(row->id, sizeof row->id, "%s-%lld", search ? "group" : "variant",
                 (long long)i + 1);
        if (add_runs(comparison, row)) continue;
        rondo_rows_finish(rows);
    }
    if (!rows->rows) return rondo_error_set(error, RONDO_FAILED, "not enough memory for a report");
    return RONDO_OK;
}

void rondo_rows_finish(rondo_rows *rows)
{
    for (int64_t i = 0; i < rows->count; i++)
        free(rows->rows[i].runs);
    free(rows->rows);
    *rows = (rondo_rows){0};
}

double rondo_rows_quantile(const double *sorted, int64_t count, double p)
{
    if (count == 0) return NAN;
    double at = p * (double)(count - 1), part = at - floor(at);
    int64_t below = (int64_t)at, above = part > 0 ? below + 1 : below;
    if (part == 0 || sorted[below] == sorted[above]) return sorted[below];
    return sorted[below] + part * (sorted[above] - sorted[below]);
}

/* Two digits of the median half width of intervals, at most six. Finishes `widths`. */
static int decimals_of(double *widths, int64_t count, int otherwise)
{
    double width = NAN;
    if (widths && count > 0) {
        rondo_sort_numbers(widths, count);
        width = rondo_rows_quantile(widths, count, 0.5);
    }
    free(widths);
    if (!isfinite(width)) return otherwise;
    double decimals = 1 - floor(log10(width));
    return decimals < 0 ? 0 : decimals > 6 ? 6 : (int)decimals;
}

static void add_width(const rondo_seed_estimate *estimate, double *widths, int64_t *count)
{
    double half = (estimate->high - estimate->low) / 2;
    if (isfinite(half) && half > 0) widths[(*count)++] = half;
}

/* Without intervals four digits of the values. */
int rondo_rows_decimals(const rondo_comparison *comparison)
{
    double *widths = calloc((size_t)comparison->variant_count + 1, sizeof *widths);
    double largest = 0;
    int64_t count = 0;
    for (int64_t v = 0; widths && v < comparison->variant_count; v++) {
        const rondo_seed_estimate *value = &comparison->variants[v].value;
        add_width(value, widths, &count);
        if (isfinite(value->mean)) largest = fmax(largest, fabs(value->mean));
    }
    double digits = largest > 0 ? 3 - floor(log10(largest)) : 3;
    return decimals_of(widths, count, digits < 0 ? 0 : digits > 6 ? 6 : (int)digits);
}

int rondo_rows_pair_decimals(const rondo_comparison *comparison)
{
    double *widths = calloc((size_t)comparison->pair_count + 1, sizeof *widths);
    int64_t count = 0;
    for (int64_t p = 0; widths && p < comparison->pair_count; p++)
        add_width(&comparison->pairs[p].difference, widths, &count);
    return decimals_of(widths, count, rondo_rows_decimals(comparison));
}

const char *rondo_rows_label(const rondo_comparison *comparison, const char *metric, char *buffer,
                             size_t size)
{
    const char *unit = comparison->metric.unit;
    bool has_unit = unit && unit[0] && !(unit[0] == '1' && unit[1] == '\0');
    snprintf(buffer, size, "%s%s%s%s", metric, has_unit ? " (" : "", has_unit ? unit : "",
             has_unit ? ")" : "");
    return buffer;
}
