/* A random search: its results against what was drawn, and what the best of n trials is worth. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "base/svg.h"
#include "compare/figures_private.h"

enum { TOGETHER = 4 /* rows in one panel */, MOST_ROWS = 12, MOST_COLUMNS = 4 };

enum { MOST_KEYS = 9, MOST_WORDS = 8, TREND_BINS = 6, LEAST_IN_BIN = 4 };

/* One setting that was drawn: numbers, or words that stand side by side. */
typedef struct drawn_key {
    const char *key;
    bool words;
    int64_t word_count;
    const char *word[MOST_WORDS];
} drawn_key;

static const char *value_of(const rondo_compared_variant *variant, const char *key)
{
    for (int64_t d = 0; d < variant->drawn_count; d++)
        if (strcmp(variant->drawn[d].key, key) == 0) return variant->drawn[d].value;
    return NULL;
}

static int64_t find_keys(const rondo_comparison *c, drawn_key keys[MOST_KEYS])
{
    int64_t count = 0;
    for (int64_t v = 0; v < c->variant_count; v++)
        for (int64_t d = 0; d < c->variants[v].drawn_count; d++) {
            const char *key = c->variants[v].drawn[d].key;
            int64_t k = 0;
            while (k < count && strcmp(keys[k].key, key) != 0)
                k++;
            if (k == count && count < MOST_KEYS) keys[count++] = (drawn_key){.key = key};
        }
    return count;
}

static int64_t word_of(drawn_key *key, const char *value)
{
    for (int64_t w = 0; w < key->word_count; w++)
        if (strcmp(key->word[w], value) == 0) return w;
    if (key->word_count == MOST_WORDS) return -1;
    key->word[key->word_count] = value;
    return key->word_count++;
}

/* The axis that the numbers spread more evenly on: their median lies nearer to its middle. */
static void find_number_scale(double *numbers, int64_t count, rondo_figure_axis *x)
{
    rondo_sort_numbers(numbers, count);
    double low = numbers[0], high = numbers[count - 1];
    double median = rondo_rows_quantile(numbers, count, 0.5);
    if (low > 0 && high > 20 * low &&
        fabs(median - sqrt(low * high)) < fabs(median - (low + high) / 2))
        x->scale = RONDO_FIGURE_LOGARITHMIC;
    bool logarithmic = x->scale == RONDO_FIGURE_LOGARITHMIC;
    if (low < high) { /* one range for all panels of the setting */
        double air = logarithmic ? pow(high / low, 0.04) : 0.04 * (high - low);
        x->low = logarithmic ? low / air : low - air;
        x->high = logarithmic ? high * air : high + air;
    }
}

static void find_scale(const rondo_comparison *c, drawn_key *key, rondo_figure_axis *x)
{
    double *numbers = calloc((size_t)c->variant_count + 1, sizeof *numbers);
    int64_t count = 0;
    for (int64_t v = 0; numbers && v < c->variant_count; v++) {
        const char *value = value_of(&c->variants[v], key->key);
        if (!value) continue;
        if (rondo_text_real(value, &numbers[count]))
            count++;
        else
            key->words = true;
    }
    if (!key->words && count > 0) find_number_scale(numbers, count, x);
    free(numbers);
    if (!key->words) return;
    for (int64_t v = 0; v < c->variant_count; v++) {
        const char *value = value_of(&c->variants[v], key->key);
        if (value) word_of(key, value);
    }
    x->scale = RONDO_FIGURE_CATEGORIES;
    x->category_count = key->word_count;
    x->categories = key->word;
}

/* Where a run stands on the axis of a key; NaN where it drew nothing. Words get a spread. */
static double place_of(const rondo_comparison *c, const rondo_compared_run *run, drawn_key *key)
{
    const char *value = value_of(&c->variants[run->variant], key->key);
    double number;
    if (!value) return NAN;
    if (!key->words) return rondo_text_real(value, &number) ? number : NAN;
    int64_t word = word_of(key, value);
    return word < 0 ? NAN : (double)word + 0.6 * rondo_figure_spread(run->number);
}

typedef struct trial_point {
    double x, y;
} trial_point;

static int by_x(const void *left, const void *right)
{
    const trial_point *a = left, *b = right;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    return (a->y > b->y) - (a->y < b->y);
}

/* Medians of equally many neighbours: where the good values lie. */
static void add_trend(rondo_figure *figure, rondo_figure_panel *panel, trial_point *places,
                      int64_t count, int64_t colour)
{
    int64_t bins = count / LEAST_IN_BIN < TREND_BINS ? count / LEAST_IN_BIN : TREND_BINS;
    const rondo_figure_series like = {.kind = RONDO_FIGURE_LINE, .colour = colour, .dash = colour};
    double *y = calloc((size_t)count + 1, sizeof *y);
    if (!y) figure->failed = true;
    if (bins < 3 || !y) {
        free(y);
        return;
    }
    qsort(places, (size_t)count, sizeof *places, by_x);
    rondo_figure_series *line = rondo_figure_add_series(figure, panel, &like);
    for (int64_t b = 0; b < bins; b++) {
        int64_t from = b * count / bins, to = (b + 1) * count / bins;
        int64_t n = 0;
        for (int64_t i = from; i < to; i++)
            y[n++] = places[i].y;
        rondo_sort_numbers(y, n);
        rondo_figure_add_point(figure, line,
                               (rondo_figure_point){.x = places[(from + to - 1) / 2].x,
                                                    .y = rondo_rows_quantile(y, n, 0.5)});
    }
    free(y);
}

static void add_row(const rondo_figure_source *s, rondo_figure *figure, rondo_figure_panel *panel,
                    const rondo_row *row, drawn_key *key, bool alone)
{
    const rondo_figure_series like = {.kind = RONDO_FIGURE_DOTS,
                                      .name = alone ? NULL : row->name,
                                      .colour = row->index,
                                      .marker = row->index,
                                      .faint = true};
    trial_point *places = calloc((size_t)row->run_count + 1, sizeof *places);
    int64_t count = 0;
    char link[32];
    rondo_figure_series *dots = rondo_figure_add_series(figure, panel, &like);
    if (!places) figure->failed = true;
    for (int64_t i = 0; places && i < row->run_count; i++) {
        const rondo_compared_run *run = row->runs[i];
        double x = place_of(s->comparison, run, key);
        if (!isfinite(x) || !isfinite(run->best_valid)) continue;
        snprintf(link, sizeof link, "#run-%03lld", (long long)run->number);
        rondo_figure_add_point(figure, dots,
                               (rondo_figure_point){.x = x, .y = run->best_valid, .link = link});
        places[count++] = (trial_point){x, run->best_valid};
    }
    if (!key->words && places) add_trend(figure, panel, places, count, row->index);
    free(places);
}

static int64_t keep_near(const rondo_figure_source *s, rondo_figure_axis *y)
{
    double *all = calloc((size_t)s->comparison->run_count + 1, sizeof *all);
    int64_t count = 0;
    for (int64_t r = 0; all && r < s->comparison->run_count; r++)
        all[count++] = s->comparison->runs[r].best_valid;
    int64_t far = rondo_figure_leave_out_far(y, all, count);
    free(all);
    return far;
}

/* A panel for each setting, all rows in it. */
static void add_few(const rondo_figure_source *s, rondo_figure *figure, drawn_key *keys,
                    int64_t count, const rondo_figure_axis *y)
{
    figure->height = 230;
    for (int64_t k = 0; k < count; k++) {
        rondo_figure_axis x = {.label = keys[k].key};
        find_scale(s->comparison, &keys[k], &x);
        rondo_figure_panel *panel = rondo_figure_add_panel(figure, NULL, &x, y);
        for (int64_t r = 0; r < s->rows->count; r++)
            add_row(s, figure, panel, &s->rows->rows[r], &keys[k], s->rows->count == 1);
    }
}

/* A row of panels for each row of the report. */
static void add_many(const rondo_figure_source *s, rondo_figure *figure, drawn_key *keys,
                     int64_t count, const rondo_figure_axis *y)
{
    rondo_figure_axis plain = *y, short_y = *y;
    short_y.label = s->comparison->metric.figure;
    plain.label = NULL;
    figure->height = 110;
    figure->columns = count < MOST_COLUMNS ? count : MOST_COLUMNS;
    for (int64_t r = 0; r < s->rows->count && r < MOST_ROWS; r++)
        for (int64_t k = 0; k < count && k < MOST_COLUMNS; k++) {
            rondo_figure_axis x = {.label = keys[k].key};
            keys[k].word_count = 0;
            find_scale(s->comparison, &keys[k], &x);
            rondo_figure_panel *panel = rondo_figure_add_panel(
                figure, k == 0 ? s->rows->rows[r].name : NULL, &x, k == 0 ? &short_y : &plain);
            add_row(s, figure, panel, &s->rows->rows[r], &keys[k], true);
        }
}

bool rondo_figure_response(const rondo_figure_source *s, rondo_figure *figure)
{
    const rondo_comparison *c = s->comparison;
    drawn_key keys[MOST_KEYS];
    int64_t count = find_keys(c, keys);
    char figure_name[160], label[200];
    rondo_text about = {0};
    if (count == 0) return false;
    snprintf(figure_name, sizeof figure_name, "validation %s", c->metric.figure);
    rondo_figure_start(figure, "response", "Search results against the drawn settings", NULL);
    rondo_figure_axis y = {.label = rondo_rows_label(c, figure_name, label, sizeof label)};
    int64_t far = keep_near(s, &y);
    figure->columns = count < 3 ? count : 3;
    figure->share_y = true;
    if (s->rows->count > TOGETHER)
        add_many(s, figure, keys, count, &y);
    else
        add_few(s, figure, keys, count, &y);
    rondo_text_add(&about, "Each marker is a trial, at its best validation; lines: medians of "
                           "neighbouring trials.");
    if (far > 0)
        rondo_text_add(&about, " %lld %s too far away to be shown.", (long long)far,
                       far == 1 ? "trial lies" : "trials lie");
    rondo_figure_describe(figure, &about);
    return true;
}

/* --- the best of n --- */

/* Line and band of a group; faint: the line alone, in grey. */
static void add_expected(const rondo_figure_source *s, rondo_figure *figure,
                         rondo_figure_panel *panel, const rondo_row *row, bool has_band, bool faint)
{
    const rondo_compared_group *group = &s->comparison->groups[row->index];
    rondo_figure_series like = {.kind = RONDO_FIGURE_BAND,
                                .name = faint || panel->title ? NULL : row->name,
                                .colour = faint ? -1 : row->index,
                                .dash = row->index,
                                .faint = faint};
    rondo_figure_series *band = has_band ? rondo_figure_add_series(figure, panel, &like) : NULL;
    like.kind = RONDO_FIGURE_LINE;
    rondo_figure_series *line = rondo_figure_add_series(figure, panel, &like);
    for (int64_t n = 0; n < group->expected_count; n++) {
        const rondo_figure_point point = {.x = (double)n + 1,
                                          .y = group->expected[n],
                                          .low = group->expected_low[n],
                                          .high = group->expected_high[n]};
        rondo_figure_add_point(figure, line, (rondo_figure_point){.x = point.x, .y = point.y});
        if (band && isfinite(point.low) && isfinite(point.high))
            rondo_figure_add_point(figure, band, point);
    }
}

/* A panel each, the best one's line behind in grey: bands would hide each other. */
static void add_expected_panels(const rondo_figure_source *s, rondo_figure *figure,
                                const rondo_figure_axis *x, const rondo_figure_axis *y)
{
    const rondo_rows *rows = s->rows;
    figure->columns = 3;
    figure->height = 130;
    figure->share_x = figure->share_y = true;
    for (int64_t r = 0; r < rows->count; r++) {
        rondo_figure_panel *panel = rondo_figure_add_panel(figure, rows->rows[r].name, x, y);
        if (!panel) return;
        if (rows->best >= 0 && rows->best != r)
            add_expected(s, figure, panel, &rows->rows[rows->best], false, true);
        add_expected(s, figure, panel, &rows->rows[r], true, false);
    }
}

static void describe_expected(const rondo_figure_source *s, rondo_figure *figure, bool panels,
                              bool bands)
{
    rondo_text about = {0};
    rondo_text_add(&about, "Unbiased estimate from all trials (Tang et al. 2020): what a smaller "
                           "search would have found.");
    if (bands)
        rondo_text_add(&about,
                       " Bands: pointwise 95 %% jackknife intervals, up to a third of the trials.");
    if (panels && s->rows->best >= 0)
        rondo_text_add(&about, " Grey, for comparison: %.200s.", s->rows->rows[s->rows->best].name);
    rondo_figure_describe(figure, &about);
}

bool rondo_figure_expected(const rondo_figure_source *s, rondo_figure *figure)
{
    const rondo_comparison *c = s->comparison;
    char figure_name[160], label[200];
    bool any = false, panels = s->rows->count > TOGETHER && s->rows->count <= MOST_ROWS;
    bool bands = s->rows->count <= MOST_ROWS;
    for (int64_t g = 0; c->is_search && g < c->group_count; g++)
        any = any || c->groups[g].expected_count > 1;
    if (!any) return false;
    snprintf(figure_name, sizeof figure_name, "%s %s", panels ? "valid" : "validation",
             c->metric.figure);
    rondo_figure_start(figure, "expected", "Expected best of n trials", NULL);
    const rondo_figure_axis x = {
        .label = "trials", .whole = true, .scale = RONDO_FIGURE_LOGARITHMIC};
    const rondo_figure_axis y = {.label = rondo_rows_label(c, figure_name, label, sizeof label)};
    if (panels) {
        add_expected_panels(s, figure, &x, &y);
    } else {
        rondo_figure_panel *panel = rondo_figure_add_panel(figure, NULL, &x, &y);
        for (int64_t r = 0; panel && r < s->rows->count; r++)
            add_expected(s, figure, panel, &s->rows->rows[r], bands, false);
    }
    describe_expected(s, figure, panels, bands);
    return true;
}
