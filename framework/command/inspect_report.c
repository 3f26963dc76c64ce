#include "command/inspect_report.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/chart.h"

enum { START = 0, TRAINED = 1, PANELS = 2, NAME_SIZE = 320 };

/* --- tables --- */

static void print_curve(const rondo_inspected_point *point, const rondo_gradient_curve *curve)
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

static void print_gates(const rondo_inspected_point *point, const rondo_gradient_curve *curve)
{
    for (int64_t g = 0; g < curve->gate_count; g++)
        printf("  %-16lld %5lld  %-9s %-20s %9.1f %% %9.1f %%\n", (long long)point->step,
               (long long)curve->layer, curve->reverse ? "backward" : "forward",
               curve->gates[g].name, 100 * curve->gates[g].low, 100 * curve->gates[g].high);
}

static bool has_gates(const rondo_inspected_run *run)
{
    const rondo_inspection *inspection = &run->points[0].inspection;
    for (int64_t i = 0; i < inspection->count; i++)
        if (inspection->curves[i].gate_count > 0) return true;
    return false;
}

static void print_all(const rondo_inspected_run *run,
                      void (*print)(const rondo_inspected_point *, const rondo_gradient_curve *))
{
    for (int64_t p = 0; p < run->count; p++)
        for (int64_t i = 0; i < run->points[p].inspection.count; i++)
            print(&run->points[p], &run->points[p].inspection.curves[i]);
}

void rondo_inspect_print(const rondo_inspected_run *runs, int64_t count)
{
    for (int64_t r = 0; r < count; r++) {
        const rondo_inspected_run *run = &runs[r];
        printf("%s%s: gradient of one step's loss, mean norm over %lld sequences of the %s split\n",
               r > 0 ? "\n" : "", run->folder, (long long)run->sequences,
               rondo_split_name(run->split));
        printf("  %-16s %5s  %-9s %11s %11s %9s %10s %8s\n", "update step", "layer", "direction",
               "norm at 0", "at the last", "distance", "a step", "memory");
        print_all(run, print_curve);
        if (!has_gates(run)) continue;
        printf("  %-16s %5s  %-9s %-20s %11s %11s\n", "update step", "layer", "direction", "gate",
               "below 0.1", "above 0.9");
        print_all(run, print_gates);
    }
    printf(
        "\na step: factor of the norm from step to step; memory: steps within which 90 %% of the "
        "summed norms lie\n");
}

/* --- the picture --- */

typedef struct picture {
    const rondo_inspected_run *runs;
    int64_t count, curve_count; /* curves of a panel */
    rondo_chart_curve *curves;  /* [PANELS, curve_count] */
    char (*names)[NAME_SIZE];   /* [curve_count] */
} picture;

static bool reads_both_ways(const rondo_inspection *inspection)
{
    for (int64_t i = 0; i < inspection->count; i++)
        if (inspection->curves[i].reverse) return true;
    return false;
}

static void name_curve(const rondo_inspected_run *run, const rondo_inspection *inspection,
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
static void fill_curves(picture *p)
{
    int64_t at = 0;
    for (int64_t r = 0; r < p->count; r++) {
        const rondo_inspected_point *points[PANELS] = {&p->runs[r].points[0],
                                                       rondo_inspected_run_trained(&p->runs[r])};
        for (int64_t i = 0; i < points[START]->inspection.count; i++, at++) {
            name_curve(&p->runs[r], &points[START]->inspection, i, p->names[at]);
            for (int panel = 0; panel < PANELS; panel++) {
                const rondo_gradient_curve *curve = &points[panel]->inspection.curves[i];
                p->curves[panel * p->curve_count + at] =
                    (rondo_chart_curve){.name = p->names[at],
                                        .count = curve->count,
                                        .y = curve->norm,
                                        .colour = p->count > 1 ? r : i,
                                        .dash = i,
                                        .mark = (int64_t)curve->memory_length - 1};
            }
        }
    }
}

static rondo_status draw(picture *p, const char *path, rondo_error *error)
{
    const rondo_chart_panel panels[PANELS] = {
        {"at the start", p->curve_count, p->curves},
        {"trained", p->curve_count, p->curves + p->curve_count}};
    rondo_chart chart = {.title = "How far back the gradient of one step's loss reaches",
                         .x_label = "distance from the loss (steps)",
                         .y_label = "norm of d loss / d state",
                         .note = "dot: 90 % of the summed norms lie up to here",
                         .panel_count = PANELS,
                         .panels = panels};
    fill_curves(p);
    return rondo_chart_write(path, &chart, error);
}

rondo_status rondo_inspect_picture(const char *path, const rondo_inspected_run *runs, int64_t count,
                                   rondo_error *error)
{
    rondo_status status;
    picture p = {.runs = runs, .count = count};
    for (int64_t r = 0; r < count; r++)
        p.curve_count += runs[r].points[0].inspection.count;
    p.curves = calloc((size_t)(PANELS * p.curve_count), sizeof *p.curves);
    p.names = calloc((size_t)p.curve_count, sizeof *p.names);
    status = p.curves && p.names
                 ? draw(&p, path, error)
                 : rondo_error_set(error, RONDO_FAILED, "not enough memory: %s", path);
    free(p.curves);
    free(p.names);
    return status;
}
