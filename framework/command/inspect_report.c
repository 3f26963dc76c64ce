#include "command/inspect_report.h"

#include <stdio.h>

#include "base/figure.h"

enum { START = 0, TRAINED = 1, PANELS = 2, NAME_SIZE = 320 };

/* --- tables --- */

static void print_curve(const rondo_inspection_point *point, const rondo_gradient_curve *curve)
{
    char step[32];
    snprintf(step, sizeof step, "%lld%s", (long long)point->step,
             point->step == 0 ? " (start)"
             : point->best    ? " (best)"
                              : "");
    printf("  %-16s %5lld  %-9s %11.3g %11.3g %9lld %10.4f %8.0f\n", step, (long long)curve->layer,
           curve->reverse ? "backward" : "forward", curve->norm[0], curve->norm[curve->count - 1],
           (long long)curve->count - 1, curve->factor_per_step, curve->memory_length);
}

static void print_gates(const rondo_inspection_point *point, const rondo_gradient_curve *curve)
{
    for (int64_t g = 0; g < curve->gate_count; g++)
        printf("  %-16lld %5lld  %-9s %-20s %9.1f %% %9.1f %%\n", (long long)point->step,
               (long long)curve->layer, curve->reverse ? "backward" : "forward",
               curve->gates[g].name, 100 * curve->gates[g].low, 100 * curve->gates[g].high);
}

static bool has_gates(const rondo_inspection_run *run)
{
    const rondo_inspection *inspection = &run->points[0].inspection;
    for (int64_t i = 0; i < inspection->count; i++)
        if (inspection->curves[i].gate_count > 0) return true;
    return false;
}

static void print_all(const rondo_inspection_run *run,
                      void (*print)(const rondo_inspection_point *, const rondo_gradient_curve *))
{
    for (int64_t p = 0; p < run->count; p++)
        for (int64_t i = 0; i < run->points[p].inspection.count; i++)
            print(&run->points[p], &run->points[p].inspection.curves[i]);
}

void rondo_inspect_print(const rondo_inspection_run *runs, int64_t count)
{
    for (int64_t r = 0; r < count; r++) {
        const rondo_inspection_run *run = &runs[r];
        printf("%s%s: gradient of one step's loss, mean norm over %lld sequences of the %s split\n",
               r > 0 ? "\n" : "", run->folder, (long long)run->sequences,
               rondo_split_name(run->split));
        printf("  %-16s %5s  %-9s %11s %11s %9s %10s %8s\n", "update step", "layer", "direction",
               "norm at 0", "at the last", "distance", "per step", "memory");
        print_all(run, print_curve);
        if (!has_gates(run)) continue;
        printf("  %-16s %5s  %-9s %-20s %11s %11s\n", "update step", "layer", "direction", "gate",
               "below 0.1", "above 0.9");
        print_all(run, print_gates);
    }
    printf("\nper step: factor of the norm from step to step; memory: steps within which 90 %% of "
           "the summed norms lie\n");
}

/* --- the picture --- */

static bool reads_both_ways(const rondo_inspection *inspection)
{
    for (int64_t i = 0; i < inspection->count; i++)
        if (inspection->curves[i].reverse) return true;
    return false;
}

static void name_curve(const rondo_inspection_run *run, const rondo_inspection *inspection,
                       int64_t index, char name[NAME_SIZE])
{
    const rondo_gradient_curve *curve = &inspection->curves[index];
    char layer[32] = "";
    if (inspection->curves[inspection->count - 1].layer > 0)
        snprintf(layer, sizeof layer, ", layer %lld", (long long)curve->layer);
    snprintf(name, NAME_SIZE, "%.256s%s%s", run->folder, layer,
             !reads_both_ways(inspection) ? ""
             : curve->reverse             ? ", backward"
                                          : ", forward");
}

/* Runs differ in colour, the layers and directions of a run in dashes; a run alone uses both. */
static void add_curve(rondo_figure *figure, rondo_figure_panel *panel, const char *name,
                      const rondo_gradient_curve *curve, int64_t colour, int64_t dash)
{
    const rondo_figure_series line = {
        .kind = RONDO_FIGURE_LINE, .name = name, .colour = colour, .dash = dash};
    const rondo_figure_series dot = {.kind = RONDO_FIGURE_DOTS, .colour = colour};
    rondo_figure_series *series = rondo_figure_add_series(figure, panel, &line);
    int64_t memory = (int64_t)curve->memory_length - 1;
    for (int64_t k = 0; k < curve->count; k++)
        rondo_figure_add_point(figure, series,
                               (rondo_figure_point){.x = (double)k, .y = curve->norm[k]});
    if (memory < 0 || memory >= curve->count) return;
    series = rondo_figure_add_series(figure, panel, &dot);
    rondo_figure_add_point(figure, series,
                           (rondo_figure_point){.x = (double)memory, .y = curve->norm[memory]});
}

static void add_run(rondo_figure *figure, rondo_figure_panel *panel,
                    const rondo_inspection_run *run, const rondo_inspection_point *point,
                    int64_t colour)
{
    char name[NAME_SIZE];
    for (int64_t i = 0; i < point->inspection.count; i++) {
        name_curve(run, &point->inspection, i, name);
        add_curve(figure, panel, name, &point->inspection.curves[i], colour >= 0 ? colour : i, i);
    }
}

rondo_status rondo_inspect_picture(const char *path, const rondo_inspection_run *runs,
                                   int64_t count, rondo_error *error)
{
    static const char *const titles[PANELS] = {"at the start", "trained"};
    const rondo_figure_axis x = {.label = "distance from the loss (steps)", .whole = true};
    const rondo_figure_axis y = {.label = "norm of d loss / d state",
                                 .scale = RONDO_FIGURE_LOGARITHMIC};
    rondo_figure figure;
    rondo_figure_start(&figure, "gradients", "How far back the gradient of one step's loss reaches",
                       "dot: 90 % of the summed norms lie up to here");
    figure.height = 320;
    figure.share_x = figure.share_y = true;
    for (int p = 0; p < PANELS; p++) {
        rondo_figure_panel *panel = rondo_figure_add_panel(&figure, titles[p], &x, &y);
        for (int64_t r = 0; r < count; r++)
            add_run(&figure, panel, &runs[r],
                    p == START ? &runs[r].points[0] : rondo_inspection_run_trained(&runs[r]),
                    count > 1 ? r : -1);
    }
    rondo_status status = rondo_figure_write(&figure, path, error);
    rondo_figure_finish(&figure);
    return status;
}
