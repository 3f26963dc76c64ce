/* Quality against what it costs: parameters, tokens, operations, time. */
#include <math.h>
#include <stdio.h>

#include "base/svg.h"
#include "compare/figures_private.h"

typedef double cost_of_run(const rondo_comparison *comparison, const rondo_compared_run *run);

static double parameters_of(const rondo_comparison *c, const rondo_compared_run *run)
{
    int64_t parameters = c->variants[run->variant].parameters;
    return parameters > 0 ? (double)parameters : NAN;
}

static double tokens_of(const rondo_comparison *c, const rondo_compared_run *run)
{
    (void)c;
    return run->tokens;
}

static double operations_of(const rondo_comparison *c, const rondo_compared_run *run)
{
    return run->tokens * c->variants[run->variant].training_flops;
}

static double seconds_of(const rondo_comparison *c, const rondo_compared_run *run)
{
    (void)c;
    return run->machine.seconds;
}

static double cpu_of(const rondo_comparison *c, const rondo_compared_run *run)
{
    (void)c;
    return run->machine.cpu_seconds;
}

static bool is_shown(const rondo_figure_source *s, const rondo_compared_run *run, cost_of_run *cost)
{
    double x = cost(s->comparison, run);
    return run->counts && isfinite(run->value) && isfinite(x) && x > 0;
}

/* Logarithmic where the costs differ by more than a factor 3. False: no run has such a cost, or all
 * have the same. */
static bool find_axis(const rondo_figure_source *s, cost_of_run *cost, rondo_figure_axis *x)
{
    double low = INFINITY, high = 0;
    for (int64_t r = 0; r < s->rows->count; r++)
        for (int64_t i = 0; i < s->rows->rows[r].run_count; i++) {
            const rondo_compared_run *run = s->rows->rows[r].runs[i];
            if (!is_shown(s, run, cost)) continue;
            low = fmin(low, cost(s->comparison, run));
            high = fmax(high, cost(s->comparison, run));
        }
    if (high > 3 * low) x->scale = RONDO_FIGURE_LOGARITHMIC;
    return low < high;
}

/* Without links: figure "seeds" has one for every run, and these are many. */
static void add_runs(const rondo_figure_source *s, rondo_figure *figure, rondo_figure_panel *panel,
                     const rondo_row *row, cost_of_run *cost)
{
    const rondo_figure_series like = {.kind = RONDO_FIGURE_DOTS,
                                      .name = s->rows->count > 1 ? row->name : NULL,
                                      .colour = row->index,
                                      .marker = row->index,
                                      .faint = true};
    rondo_figure_series *dots = rondo_figure_add_series(figure, panel, &like);
    for (int64_t i = 0; i < row->run_count; i++)
        if (is_shown(s, row->runs[i], cost))
            rondo_figure_add_point(figure, dots,
                                   (rondo_figure_point){.x = cost(s->comparison, row->runs[i]),
                                                        .y = row->runs[i]->value});
}

/* The variant's mean and interval at the mean of what its runs cost. */
static void add_mean(const rondo_figure_source *s, rondo_figure *figure, rondo_figure_panel *panel,
                     const rondo_row *row, cost_of_run *cost)
{
    const rondo_seed_estimate *e = &s->comparison->variants[row->variant].value;
    const rondo_figure_series like = {.kind = RONDO_FIGURE_INTERVAL_Y,
                                      .name = row->name,
                                      .colour = row->index,
                                      .marker = row->index};
    double sum = 0;
    int64_t count = 0;
    char number[48], title[200];
    for (int64_t i = 0; i < row->run_count; i++)
        if (is_shown(s, row->runs[i], cost)) {
            sum += cost(s->comparison, row->runs[i]);
            count++;
        }
    if (count == 0 || !isfinite(e->mean)) return;
    snprintf(title, sizeof title, "%.120s: mean %s", row->name,
             rondo_svg_number(e->mean, s->decimals, number));
    rondo_figure_series *mean = rondo_figure_add_series(figure, panel, &like);
    rondo_figure_add_point(figure, mean,
                           (rondo_figure_point){.x = sum / (double)count,
                                                .y = e->mean,
                                                .low = e->low,
                                                .high = e->high,
                                                .title = title});
}

static bool add_panel(const rondo_figure_source *s, rondo_figure *figure, const char *label,
                      cost_of_run *cost, bool runs)
{
    char text[200];
    rondo_figure_axis x = {.label = label};
    const rondo_figure_axis y = {
        .label = rondo_rows_label(s->comparison, s->comparison->metric.name, text, sizeof text)};
    if (!find_axis(s, cost, &x)) return false;
    rondo_figure_panel *panel = rondo_figure_add_panel(figure, NULL, &x, &y);
    for (int64_t r = 0; r < s->rows->count; r++) {
        if (runs || s->comparison->is_search)
            add_runs(s, figure, panel, &s->rows->rows[r], cost);
        else
            add_mean(s, figure, panel, &s->rows->rows[r], cost);
    }
    return true;
}

bool rondo_figure_quality(const rondo_figure_source *s, rondo_figure *figure)
{
    rondo_figure_start(figure, "quality", "Quality against cost",
                       s->comparison->is_search
                           ? "Each marker is a run."
                           : "Means and 95 % t intervals over seeds, at the mean cost of the "
                             "runs. Operations: of training, forward and backward. Costs that all "
                             "runs share are not shown.");
    figure->height = 230;
    figure->share_y = true;
    add_panel(s, figure, "parameters", parameters_of, false);
    add_panel(s, figure, "tokens trained on", tokens_of, false);
    add_panel(s, figure, "floating-point operations", operations_of, false);
    if (figure->count > 0) return true;
    rondo_figure_finish(figure);
    return false;
}

bool rondo_figure_time(const rondo_figure_source *s, rondo_figure *figure)
{
    rondo_figure_start(figure, "time", "Quality against time", "Each marker is a run.");
    figure->height = 230;
    figure->share_y = true;
    add_panel(s, figure, "seconds", seconds_of, true);
    add_panel(s, figure, "processor seconds", cpu_of, true);
    if (figure->count > 0) return true;
    rondo_figure_finish(figure);
    return false;
}
