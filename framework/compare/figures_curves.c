/* Curves over epochs or distances: of each row the median over its runs and the quartiles. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "compare/figures_private.h"

enum {
    MOST_SHOWN = 120, /* points of a curve */
    TOGETHER = 4,     /* rows in one panel; more get a panel each */
    MOST_PANELS = 12
};

/* One curve of one run: values at places that rise. */
typedef struct one_curve {
    const int64_t *places; /* NULL: 0, 1, .. */
    const double *values;
    int64_t count;
} one_curve;

/* What a figure has curves of: false where a run has none. `which` is a panel's. */
typedef bool find_curve(const rondo_compared_run *run, const char *figure, int64_t which,
                        one_curve *curve);

typedef struct curve_set {
    find_curve *find;
    const char *figure;
    int64_t which;
    int64_t *places; /* all that any run has, rising */
    int64_t count;
} curve_set;

static bool split_curve(const rondo_compared_run *run, const char *figure, int64_t split,
                        one_curve *curve)
{
    const rondo_curves *curves = &run->curves[split];
    const rondo_curve *found = rondo_curves_find(curves, figure);
    if (!found) return false;
    *curve = (one_curve){.places = curves->epoch, .values = found->values, .count = curves->count};
    return true;
}

static bool profile_curve(const rondo_compared_run *run, const char *direction, int64_t layer,
                          one_curve *curve)
{
    for (int64_t p = 0; p < run->profile_count; p++) {
        const rondo_gradient_profile *profile = &run->profiles[p];
        if (profile->layer != layer || strcmp(profile->direction, direction) != 0) continue;
        *curve = (one_curve){.values = profile->norm, .count = profile->count};
        return true;
    }
    return false;
}

static int64_t place_of(const one_curve *curve, int64_t i)
{
    return curve->places ? curve->places[i] : i;
}

static int by_place(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* All places of a row's runs, each once; thinned out where there are many, the last one kept. */
static bool find_places(curve_set *set, const rondo_row *row)
{
    int64_t total = 0, kept = 0;
    one_curve curve;
    for (int64_t r = 0; r < row->run_count; r++)
        if (set->find(row->runs[r], set->figure, set->which, &curve)) total += curve.count;
    set->places = calloc((size_t)total + 1, sizeof *set->places);
    set->count = 0;
    if (!set->places) return false;
    for (int64_t r = 0; r < row->run_count; r++)
        if (set->find(row->runs[r], set->figure, set->which, &curve))
            for (int64_t i = 0; i < curve.count; i++)
                set->places[set->count++] = place_of(&curve, i);
    qsort(set->places, (size_t)set->count, sizeof *set->places, by_place);
    for (int64_t i = 0; i < set->count; i++)
        if (kept == 0 || set->places[kept - 1] != set->places[i])
            set->places[kept++] = set->places[i];
    set->count = kept;
    if (kept <= MOST_SHOWN) return true;
    for (int64_t i = 0; i < MOST_SHOWN; i++)
        set->places[i] = set->places[i * (kept - 1) / (MOST_SHOWN - 1)];
    set->count = MOST_SHOWN;
    return true;
}

static double value_at(const one_curve *curve, int64_t place)
{
    int64_t low = 0, high = curve->count;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (place_of(curve, middle) < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low < curve->count && place_of(curve, low) == place ? curve->values[low] : NAN;
}

/* The values of all runs of the row at a place, sorted; also how many runs have the curve. */
static int64_t values_at(const curve_set *set, const rondo_row *row, int64_t place, double *values,
                         int64_t *curves)
{
    int64_t count = 0;
    one_curve curve;
    *curves = 0;
    for (int64_t r = 0; r < row->run_count; r++) {
        if (!set->find(row->runs[r], set->figure, set->which, &curve)) continue;
        double value = value_at(&curve, place);
        ++*curves;
        if (!isnan(value)) values[count++] = value;
    }
    rondo_sort_numbers(values, count);
    return count;
}

/* Adds band and line of a row; faint: the line alone, in grey. False: no run has such a curve. */
static bool add_curve(rondo_figure *figure, rondo_figure_panel *panel, curve_set *set,
                      const rondo_row *row, const char *name, bool faint)
{
    double *values = calloc((size_t)row->run_count + 1, sizeof *values);
    rondo_figure_series like = {.kind = RONDO_FIGURE_BAND,
                                .name = faint ? NULL : name,
                                .colour = faint ? -1 : row->index,
                                .dash = row->index,
                                .faint = faint};
    int64_t curves;
    if (!values || !find_places(set, row)) {
        figure->failed = true;
        free(values);
        return false;
    }
    rondo_figure_series *band =
        faint || set->count == 0 ? NULL : rondo_figure_add_series(figure, panel, &like);
    like.kind = RONDO_FIGURE_LINE;
    rondo_figure_series *line =
        set->count == 0 ? NULL : rondo_figure_add_series(figure, panel, &like);
    for (int64_t i = 0; i < set->count; i++) {
        int64_t count = values_at(set, row, set->places[i], values, &curves);
        if (2 * count < curves || count == 0) continue;
        double x = (double)set->places[i];
        rondo_figure_add_point(
            figure, line,
            (rondo_figure_point){.x = x, .y = rondo_rows_quantile(values, count, 0.5)});
        if (count > 1)
            rondo_figure_add_point(
                figure, band,
                (rondo_figure_point){.x = x,
                                     .low = rondo_rows_quantile(values, count, 0.25),
                                     .high = rondo_rows_quantile(values, count, 0.75)});
    }
    free(values);
    free(set->places);
    return set->count > 0;
}

static bool any_has(const rondo_rows *rows, find_curve *find, const char *figure, int64_t which)
{
    one_curve curve;
    for (int64_t r = 0; r < rows->count; r++)
        for (int64_t i = 0; i < rows->rows[r].run_count; i++)
            if (find(rows->rows[r].runs[i], figure, which, &curve) && curve.count > 1) return true;
    return false;
}

/* A panel each for up to MOST_PANELS rows, the best one's line behind in grey. */
static void add_small_panels(rondo_figure *figure, curve_set *set, const rondo_rows *rows,
                             const rondo_figure_axis *x, const rondo_figure_axis *y)
{
    figure->columns = 3;
    figure->height = 130;
    figure->share_x = figure->share_y = true;
    for (int64_t r = 0; r < rows->count && r < MOST_PANELS; r++) {
        rondo_figure_panel *panel = rondo_figure_add_panel(figure, rows->rows[r].name, x, y);
        if (rows->best >= 0 && rows->best != r)
            add_curve(figure, panel, set, &rows->rows[rows->best], NULL, true);
        add_curve(figure, panel, set, &rows->rows[r], NULL, false);
    }
}

static void add_panel(rondo_figure *figure, curve_set *set, const rondo_rows *rows,
                      const char *title, const rondo_figure_axis *x, const rondo_figure_axis *y)
{
    rondo_figure_panel *panel = rondo_figure_add_panel(figure, title, x, y);
    for (int64_t r = 0; r < rows->count; r++)
        add_curve(figure, panel, set, &rows->rows[r], rows->rows[r].name, false);
}

static void describe(const rondo_rows *rows, rondo_figure *figure, const char *start)
{
    rondo_text text = {0};
    rondo_text_add(&text,
                   "%s Lines: median over runs; bands: the middle half of them (quartiles). A line "
                   "ends where fewer than half of its runs continue.",
                   start);
    if (rows->count > TOGETHER && rows->best >= 0)
        rondo_text_add(&text, " Grey, for comparison: %.200s.", rows->rows[rows->best].name);
    if (rows->count > MOST_PANELS)
        rondo_text_add(&text, " The first %d of %lld are shown.", MOST_PANELS,
                       (long long)rows->count);
    rondo_figure_describe(figure, &text);
}

/* Logarithmic where a value that falls from epoch to epoch spans more than a factor 2: what happens
 * late is seen then. */
static rondo_figure_scale find_scale(const rondo_rows *rows, const rondo_compared_metric *metric)
{
    double low = INFINITY, high = 0;
    one_curve curve;
    for (int64_t r = 0; r < rows->count; r++)
        for (int64_t i = 0; i < rows->rows[r].run_count; i++) {
            if (!split_curve(rows->rows[r].runs[i], metric->figure, RONDO_VALID, &curve)) continue;
            for (int64_t e = 0; e < curve.count; e++) {
                if (!isfinite(curve.values[e])) continue;
                low = fmin(low, curve.values[e]);
                high = fmax(high, curve.values[e]);
            }
        }
    return !metric->higher_is_better && low > 0 && high > 2 * low ? RONDO_FIGURE_LOGARITHMIC
                                                                  : RONDO_FIGURE_LINEAR;
}

bool rondo_figure_curves(const rondo_figure_source *s, rondo_figure *figure)
{
    static const struct {
        rondo_split split;
        const char *name;
    } splits[] = {{RONDO_VALID, "Validation"}, {RONDO_TRAIN, "Training"}};
    const rondo_compared_metric *metric = &s->comparison->metric;
    const rondo_figure_axis x = {.label = "epoch", .whole = true};
    char label[200];
    rondo_figure_axis y = {.label =
                               rondo_rows_label(s->comparison, metric->figure, label, sizeof label),
                           .scale = find_scale(s->rows, metric)};
    if (!any_has(s->rows, split_curve, metric->figure, RONDO_VALID) &&
        !any_has(s->rows, split_curve, metric->figure, RONDO_TRAIN))
        return false;
    rondo_figure_start(figure, "curves", "Learning curves", NULL);
    curve_set set = {.find = split_curve, .figure = metric->figure};
    bool has_valid = any_has(s->rows, split_curve, metric->figure, RONDO_VALID);
    if (s->rows->count > TOGETHER) {
        set.which = has_valid ? RONDO_VALID : RONDO_TRAIN;
        add_small_panels(figure, &set, s->rows, &x, &y);
        describe(s->rows, figure,
                 has_valid ? "On the validation split." : "On the training split.");
        return true;
    }
    figure->share_y = true;
    for (int i = 0; i < 2; i++) {
        set.which = splits[i].split;
        if (any_has(s->rows, split_curve, metric->figure, set.which))
            add_panel(figure, &set, s->rows, splits[i].name, &x, &y);
    }
    describe(s->rows, figure, "On the validation and the training split.");
    return true;
}

bool rondo_figure_norms(const rondo_figure_source *s, rondo_figure *figure)
{
    const rondo_figure_axis x = {.label = "epoch", .whole = true};
    const rondo_figure_axis y = {.label = "norm of the gradient",
                                 .scale = RONDO_FIGURE_LOGARITHMIC};
    curve_set set = {.find = split_curve, .figure = "gradient_norm", .which = RONDO_TRAIN};
    if (!any_has(s->rows, split_curve, set.figure, set.which)) return false;
    rondo_figure_start(figure, "norms", "Norm of the gradient during training", NULL);
    if (s->rows->count > TOGETHER)
        add_small_panels(figure, &set, s->rows, &x, &y);
    else
        add_panel(figure, &set, s->rows, NULL, &x, &y);
    describe(s->rows, figure, "Before clipping; mean over each epoch.");
    return true;
}

/* --- how far back gradients reach --- */

static int64_t count_layers(const rondo_rows *rows)
{
    int64_t layers = 0;
    for (int64_t r = 0; r < rows->count; r++)
        for (int64_t i = 0; i < rows->rows[r].run_count; i++) {
            const rondo_compared_run *run = rows->rows[r].runs[i];
            for (int64_t p = 0; p < run->profile_count; p++)
                if (run->profiles[p].layer + 1 > layers) layers = run->profiles[p].layer + 1;
        }
    return layers;
}

bool rondo_figure_gradients(const rondo_figure_source *s, rondo_figure *figure)
{
    static const char *const directions[] = {"forward", "backward"};
    enum { MOST_LAYERS = 6 };
    int64_t layers = count_layers(s->rows);
    const rondo_figure_axis x = {.label = "distance from the loss (steps)", .whole = true};
    const rondo_figure_axis y = {.label = "norm of d loss / d state",
                                 .scale = RONDO_FIGURE_LOGARITHMIC};
    char title[64];
    if (layers == 0) return false;
    rondo_figure_start(figure, "gradients", "How far back the gradient reaches", NULL);
    figure->share_x = figure->share_y = true;
    for (int64_t layer = 0; layer < layers && layer < MOST_LAYERS; layer++)
        for (int d = 0; d < 2; d++) {
            if (!any_has(s->rows, profile_curve, directions[d], layer)) continue;
            curve_set set = {.find = profile_curve, .figure = directions[d], .which = layer};
            snprintf(title, sizeof title, "Layer %lld, %s", (long long)layer, directions[d]);
            add_panel(figure, &set, s->rows, title, &x, &y);
        }
    figure->columns = figure->count < 3 ? figure->count : 2;
    describe(s->rows, figure,
             "Gradient of the loss of one step, at the best parameters, of runs that were "
             "inspected (rondo inspect gradients).");
    return true;
}
