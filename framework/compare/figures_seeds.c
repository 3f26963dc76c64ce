#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sort.h"
#include "base/svg.h"
#include "compare/figures_private.h"

/* Within a row, from its middle: dots above, the interval below. */
static const double DOTS_AT = -0.14, DOTS_HIGH = 0.42, MEAN_AT = 0.26;

double rondo_figure_spread(int64_t index)
{
    double value = 0, part = 0.5;
    for (int64_t left = index + 1; left > 0; left /= 2, part /= 2) /* van der Corput, base 2 */
        value += (double)(left % 2) * part;
    return value - 0.5;
}

void rondo_figure_describe(rondo_figure *figure, rondo_text *text)
{
    figure->description = rondo_text_copy(rondo_text_get(text));
    figure->failed = figure->failed || text->failed || !figure->description;
    rondo_text_finish(text);
}

void rondo_figure_add_run(const rondo_figure_source *s, rondo_figure *figure,
                          rondo_figure_series *series, const rondo_compared_run *run, double x,
                          double y, double value, int decimals)
{
    char link[32], number[48];
    rondo_text title = {0};
    snprintf(link, sizeof link, "#run-%03lld", (long long)run->number);
    rondo_text_add(&title, "run %lld", (long long)run->number);
    if (!s->comparison->is_search) rondo_text_add(&title, ", seed %lld", (long long)run->seed);
    rondo_text_add(&title, ": %s", rondo_svg_number(value, decimals, number));
    rondo_figure_add_point(
        figure, series,
        (rondo_figure_point){.x = x, .y = y, .title = rondo_text_get(&title), .link = link});
    figure->failed = figure->failed || title.failed;
    rondo_text_finish(&title);
}

int64_t rondo_figure_leave_out_far(rondo_figure_axis *axis, const double *values, int64_t count)
{
    static const double FAR = 6; /* times the distance of the quartiles, from them */
    double *sorted = calloc((size_t)count + 1, sizeof *sorted);
    int64_t finite = 0, far = 0;
    for (int64_t i = 0; sorted && i < count; i++)
        if (isfinite(values[i])) sorted[finite++] = values[i];
    if (finite > 0) {
        rondo_sort_numbers(sorted, finite);
        double q1 = rondo_rows_quantile(sorted, finite, 0.25);
        double q3 = rondo_rows_quantile(sorted, finite, 0.75);
        double low = INFINITY, high = -INFINITY, room = FAR * (q3 - q1);
        for (int64_t i = 0; i < finite; i++) {
            if (room > 0 && (sorted[i] < q1 - room || sorted[i] > q3 + room)) {
                far++;
                continue;
            }
            low = fmin(low, sorted[i]);
            high = fmax(high, sorted[i]);
        }
        if (far > 0 && low < high) {
            axis->low = low - 0.05 * (high - low);
            axis->high = high + 0.05 * (high - low);
        }
    }
    free(sorted);
    return far;
}

/* --- the runs of each row --- */

typedef struct names {
    const char **names, **links;
    char (*ids)[40];
} names;

static bool start_names(names *n, const rondo_rows *rows)
{
    n->names = calloc((size_t)rows->count + 1, sizeof *n->names);
    n->links = calloc((size_t)rows->count + 1, sizeof *n->links);
    n->ids = calloc((size_t)rows->count + 1, sizeof *n->ids);
    for (int64_t r = 0; n->names && n->links && n->ids && r < rows->count; r++) {
        snprintf(n->ids[r], sizeof n->ids[r], "#%s", rows->rows[r].id);
        n->names[r] = rows->rows[r].name;
        n->links[r] = n->ids[r];
    }
    return n->names && n->links && n->ids;
}

static void finish_names(names *n)
{
    free(n->names);
    free(n->links);
    free(n->ids);
}

static void add_interval(rondo_figure *figure, rondo_figure_panel *panel, const rondo_row *row,
                         const rondo_seed_estimate *e, double y, int decimals)
{
    char a[48], b[48], c[48], title[256];
    const rondo_figure_series like = {
        .kind = RONDO_FIGURE_INTERVAL_X, .colour = row->index, .marker = row->index};
    if (!isfinite(e->mean)) return;
    rondo_figure_series *series = rondo_figure_add_series(figure, panel, &like);
    snprintf(title, sizeof title, "mean of %lld: %s, 95 %% interval %s to %s", (long long)e->count,
             rondo_svg_number(e->mean, decimals, a), rondo_svg_number(e->low, decimals, b),
             rondo_svg_number(e->high, decimals, c));
    rondo_figure_add_point(
        figure, series,
        (rondo_figure_point){.x = e->mean, .y = y, .low = e->low, .high = e->high, .title = title});
}

static void add_row(const rondo_figure_source *s, rondo_figure *figure, rondo_figure_panel *panel,
                    int64_t at)
{
    const rondo_row *row = &s->rows->rows[at];
    const rondo_figure_series like = {
        .kind = RONDO_FIGURE_DOTS, .colour = row->index, .marker = row->index, .faint = true};
    rondo_figure_series *dots = rondo_figure_add_series(figure, panel, &like);
    for (int64_t r = 0; r < row->run_count; r++)
        if (isfinite(row->runs[r]->value))
            rondo_figure_add_run(s, figure, dots, row->runs[r], row->runs[r]->value,
                                 (double)at + DOTS_AT + DOTS_HIGH * rondo_figure_spread(r),
                                 row->runs[r]->value, s->decimals);
    if (row->variant >= 0)
        add_interval(figure, panel, row, &s->comparison->variants[row->variant].value,
                     (double)at + MEAN_AT, s->decimals);
}

/* --- differences --- */

static const rondo_compared_run *find_run(const rondo_comparison *c, int64_t variant, int64_t seed)
{
    const rondo_compared_variant *v = &c->variants[variant];
    for (int64_t r = v->first_run; r < v->first_run + v->run_count; r++)
        if (c->runs[r].seed == seed) return &c->runs[r];
    return NULL;
}

static void add_pair(const rondo_figure_source *s, rondo_figure *figure, rondo_figure_panel *panel,
                     const rondo_compared_pair *pair, const rondo_row *row, double at)
{
    const rondo_figure_series like = {
        .kind = RONDO_FIGURE_DOTS, .colour = row->index, .marker = row->index, .faint = true};
    rondo_figure_series *dots = rondo_figure_add_series(figure, panel, &like);
    for (int64_t i = 0; i < pair->count; i++) {
        const rondo_compared_run *run = find_run(s->comparison, pair->first, pair->seeds[i]);
        if (run && isfinite(pair->differences[i]))
            rondo_figure_add_run(s, figure, dots, run, pair->differences[i],
                                 at + DOTS_AT + DOTS_HIGH * rondo_figure_spread(i),
                                 pair->differences[i], s->pair_decimals);
    }
    add_interval(figure, panel, row, &pair->difference, at + MEAN_AT, s->pair_decimals);
}

/* Whether any pair shares a seed. */
static bool has_differences(const rondo_comparison *c)
{
    for (int64_t p = 0; p < c->pair_count; p++)
        if (c->pairs[p].count > 0) return true;
    return false;
}

bool rondo_figure_pairs_have_rows(const rondo_comparison *c)
{
    return c->baseline && !c->is_search && has_differences(c);
}

static bool is_opponent(const rondo_comparison *c, int64_t variant)
{
    for (int64_t p = 0; p < c->pair_count; p++)
        if (c->pairs[p].second == variant) return true;
    return false;
}

/* The line at no difference, and what counts as none. */
static void add_zero(const rondo_comparison *c, rondo_figure *figure, rondo_figure_panel *panel)
{
    rondo_figure_series *series;
    if (isfinite(c->margin) && c->margin > 0) {
        series = rondo_figure_add_series(
            figure, panel,
            &(rondo_figure_series){.kind = RONDO_FIGURE_REGION_X, .name = "within the margin"});
        rondo_figure_add_point(figure, series,
                               (rondo_figure_point){.low = -c->margin, .high = c->margin});
    }
    series = rondo_figure_add_series(
        figure, panel, &(rondo_figure_series){.kind = RONDO_FIGURE_RULE_X, .colour = -1});
    rondo_figure_add_point(figure, series, (rondo_figure_point){.x = 0});
}

static int64_t keep_near(const rondo_comparison *c, rondo_figure_axis *axis)
{
    int64_t count = 0, total = 0, far;
    for (int64_t p = 0; p < c->pair_count; p++)
        total += c->pairs[p].count;
    double *all = calloc((size_t)total + 1, sizeof *all);
    for (int64_t p = 0; all && p < c->pair_count; p++)
        for (int64_t i = 0; i < c->pairs[p].count; i++)
            all[count++] = c->pairs[p].differences[i];
    far = rondo_figure_leave_out_far(axis, all, all ? count : 0);
    free(all);
    return far;
}

static rondo_figure_panel *add_difference_panel(const rondo_comparison *c, rondo_figure *figure,
                                                const rondo_figure_axis *y, int64_t *far)
{
    char label[200];
    rondo_figure_axis x = {.label = label};
    snprintf(label, sizeof label, "difference of %s (%s is better)", c->metric.name,
             c->metric.higher_is_better ? "right" : "left");
    *far += keep_near(c, &x);
    rondo_text title = {0};
    if (c->baseline)
        rondo_text_add(&title, "Difference from %s, same seed", c->baseline);
    else
        rondo_text_add(&title, "Difference, same seed");
    rondo_figure_panel *panel = rondo_figure_add_panel(figure, rondo_text_get(&title), &x, y);
    figure->failed = figure->failed || title.failed;
    rondo_text_finish(&title);
    add_zero(c, figure, panel);
    return panel;
}

static void add_differences_to_rows(const rondo_figure_source *s, rondo_figure *figure,
                                    const rondo_figure_axis *y, int64_t *far)
{
    const rondo_comparison *c = s->comparison;
    rondo_figure_panel *panel = add_difference_panel(c, figure, y, far);
    for (int64_t r = 0; r < s->rows->count; r++)
        for (int64_t p = 0; p < c->pair_count; p++)
            if (c->pairs[p].first == s->rows->rows[r].index)
                add_pair(s, figure, panel, &c->pairs[p], &s->rows->rows[r], (double)r);
    for (int64_t r = 0; r < s->rows->count; r++)
        if (is_opponent(c, s->rows->rows[r].index)) {
            rondo_figure_series *note = rondo_figure_add_series(
                figure, panel, &(rondo_figure_series){.kind = RONDO_FIGURE_NOTES});
            rondo_figure_add_point(
                figure, note, (rondo_figure_point){.x = 0, .y = (double)r, .title = "baseline"});
        }
}

static void describe_seeds(const rondo_figure_source *s, int64_t far, rondo_text *text)
{
    const rondo_comparison *c = s->comparison;
    rondo_text_add(text, "Each dot is a run. %s: mean and 95 %% t interval over seeds.",
                   c->is_search ? "Below the dots, for the trial with the best validation"
                                : "Below the dots");
    if (rondo_figure_pairs_have_rows(c))
        rondo_text_add(text,
                       " Right: differences between runs of the same seed, their mean and its 95 "
                       "%% t interval; an interval that crosses the dashed line leaves open which "
                       "is better.");
    if (far > 0)
        rondo_text_add(text, " %lld %s too far away to be shown.", (long long)far,
                       far == 1 ? "value lies" : "values lie");
    if (s->rows->count < s->rows->total)
        rondo_text_add(text, " The best %lld of %lld are shown.", (long long)s->rows->count,
                       (long long)s->rows->total);
}

static double row_height(int64_t rows)
{
    return rows <= 6 ? 58 : rows <= 12 ? 44 : 32;
}

static int64_t keep_runs_near(const rondo_rows *rows, rondo_figure_axis *axis)
{
    int64_t total = 0, count = 0;
    for (int64_t r = 0; r < rows->count; r++)
        total += rows->rows[r].run_count;
    double *all = calloc((size_t)total + 1, sizeof *all);
    for (int64_t r = 0; all && r < rows->count; r++)
        for (int64_t i = 0; i < rows->rows[r].run_count; i++)
            all[count++] = rows->rows[r].runs[i]->value;
    int64_t far = rondo_figure_leave_out_far(axis, all, count);
    free(all);
    return far;
}

bool rondo_figure_seeds(const rondo_figure_source *s, rondo_figure *figure)
{
    const rondo_comparison *c = s->comparison;
    char label[200], both[260];
    names n = {0};
    rondo_text text = {0};
    snprintf(both, sizeof both, "%s, %s is better",
             rondo_rows_label(c, c->metric.name, label, sizeof label),
             c->metric.higher_is_better ? "higher" : "lower");
    rondo_figure_axis x = {.label = both}, y = {.scale = RONDO_FIGURE_CATEGORIES};
    if (s->rows->count == 0) return false;
    int64_t far = keep_runs_near(s->rows, &x);
    if (start_names(&n, s->rows)) {
        y.category_count = s->rows->count;
        y.categories = n.names;
        y.links = n.links;
    }
    rondo_figure_start(figure, "seeds", "Every run of every variant", NULL);
    figure->failed = figure->failed || y.category_count == 0;
    figure->height = row_height(s->rows->count) * (double)s->rows->count;
    rondo_figure_panel *panel =
        rondo_figure_add_panel(figure, c->is_search ? "Trials" : "Runs", &x, &y);
    for (int64_t r = 0; r < s->rows->count; r++)
        add_row(s, figure, panel, r);
    if (rondo_figure_pairs_have_rows(c)) add_differences_to_rows(s, figure, &y, &far);
    describe_seeds(s, far, &text);
    rondo_figure_describe(figure, &text);
    finish_names(&n);
    return true;
}

/* --- all pairs --- */

enum { MOST_PAIRS = 40, MOST_NAME = 96 /* pixels: two of them stand in one label */ };

static const rondo_row *row_of(const rondo_rows *rows, const rondo_comparison *c, int64_t variant)
{
    static const rondo_row other = {.index = -1};
    for (int64_t r = 0; r < rows->count; r++) {
        int64_t own = c->is_search ? c->variants[variant].group : variant;
        if (rows->rows[r].index == own) return &rows->rows[r];
    }
    return &other;
}

bool rondo_figure_differences(const rondo_figure_source *s, rondo_figure *figure)
{
    const rondo_comparison *c = s->comparison;
    int64_t count = c->pair_count < MOST_PAIRS ? c->pair_count : MOST_PAIRS, far = 0;
    rondo_text texts[MOST_PAIRS] = {{0}}, about = {0};
    const char *pairs[MOST_PAIRS];
    if (!has_differences(c) || rondo_figure_pairs_have_rows(c)) return false;
    rondo_figure_start(figure, "differences", "Differences between variants", NULL);
    for (int64_t p = 0; p < count; p++) {
        char *first = rondo_svg_shorten(c->variants[c->pairs[p].first].name, 13, MOST_NAME);
        char *second = rondo_svg_shorten(c->variants[c->pairs[p].second].name, 13, MOST_NAME);
        texts[p].failed = !first || !second;
        rondo_text_add(&texts[p], "%s − %s", first ? first : "", second ? second : "");
        figure->failed = figure->failed || texts[p].failed;
        free(first);
        free(second);
        pairs[p] = rondo_text_get(&texts[p]);
    }
    const rondo_figure_axis y = {
        .scale = RONDO_FIGURE_CATEGORIES, .category_count = count, .categories = pairs};
    figure->height = row_height(count) * (double)count;
    rondo_figure_panel *panel = add_difference_panel(c, figure, &y, &far);
    for (int64_t p = 0; p < count; p++) {
        add_pair(s, figure, panel, &c->pairs[p], row_of(s->rows, c, c->pairs[p].first), (double)p);
        rondo_text_finish(&texts[p]);
    }
    rondo_text_add(&about, "Each dot is the difference between two runs of the same seed. Below "
                           "the dots: mean and 95 %% t interval.");
    if (far > 0) rondo_text_add(&about, " %lld too far away to be shown.", (long long)far);
    if (count < c->pair_count)
        rondo_text_add(&about, " The first %lld of %lld pairs are shown.", (long long)count,
                       (long long)c->pair_count);
    rondo_figure_describe(figure, &about);
    return true;
}
