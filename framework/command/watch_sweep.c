#include "command/watch_sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "command/command.h"
#include "config/experiment.h"
#include "sweep/view.h"

static rondo_status fail_memory(rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "not enough memory: a sweep's view");
}

static void forget_live(rondo_watched_entry *entry)
{
    if (entry->live) rondo_watched_run_finish(entry->live);
    free(entry->live);
    entry->live = NULL;
}

static void forget_plan(rondo_watched_sweep *sweep)
{
    for (int64_t i = 0; sweep->entries && i < sweep->plan->run_count; i++) {
        forget_live(&sweep->entries[i]);
        free(sweep->entries[i].folder);
    }
    free(sweep->entries);
    if (sweep->plan) rondo_plan_destroy(sweep->plan);
    sweep->entries = NULL;
    sweep->plan = NULL;
}

void rondo_watched_sweep_finish(rondo_watched_sweep *sweep)
{
    forget_plan(sweep);
    *sweep = (rondo_watched_sweep){0};
}

static rondo_status read_plan(rondo_watched_sweep *sweep, rondo_error *error)
{
    rondo_status status = rondo_plan_read(sweep->folder, &sweep->plan, error);
    if (status) return status;
    const rondo_plan *plan = sweep->plan;
    sweep->metric = rondo_view_metric(plan);
    sweep->entries = calloc((size_t)plan->run_count + 1, sizeof *sweep->entries);
    if (!sweep->entries) return fail_memory(error);
    for (int64_t i = 0; i < plan->run_count; i++) {
        sweep->entries[i].value = NAN;
        sweep->entries[i].folder = rondo_plan_run_folder(sweep->folder, &plan->runs[i]);
        if (!sweep->entries[i].folder) return fail_memory(error);
    }
    return RONDO_OK;
}

/* Which way is better says the loss plugin of a run's config; where that cannot be read, less is.
 */
static void find_direction(rondo_watched_sweep *sweep, const char *run_folder)
{
    rondo_error error = {0};
    rondo_registry *registry;
    rondo_experiment *experiment;
    char *path = rondo_file_join(run_folder, "config.yaml");
    if (path && rondo_file_exists(path) &&
        !rondo_command_registry(&(rondo_argument_list){0}, &registry, &error)) {
        if (!rondo_experiment_load(path, NULL, 0, registry, &experiment, &error)) {
            sweep->higher_is_better = rondo_ledger_higher_is_better(experiment, sweep->metric);
            rondo_experiment_destroy(experiment);
        }
        sweep->knows_direction = true;
        rondo_registry_destroy(registry);
    }
    free(path);
}

static rondo_status refresh_live(rondo_watched_entry *entry, bool *changed, rondo_error *error)
{
    if (!entry->live) entry->live = calloc(1, sizeof *entry->live);
    if (!entry->live) return fail_memory(error);
    entry->live->folder = entry->folder;
    rondo_status status = rondo_watched_run_refresh(entry->live, error);
    *changed = *changed || entry->live->changed;
    return status;
}

/* One run: the ledger each time, its metric when it has ended, its progress while it runs. */
static rondo_status refresh_entry(rondo_watched_sweep *sweep, int64_t i, rondo_error *error)
{
    rondo_watched_entry *entry = &sweep->entries[i];
    rondo_ledger_state before = entry->ledger.state;
    if (before == RONDO_LEDGER_DONE) return RONDO_OK; /* for good */
    int64_t rung = entry->ledger.outcome.rung;
    rondo_status status =
        rondo_ledger_read(sweep->folder, &sweep->plan->runs[i], &entry->ledger, error);
    if (status) return status;
    rondo_ledger_state state = entry->ledger.state;
    bool differs = state != before || entry->ledger.outcome.rung != rung;
    sweep->changed = sweep->changed || differs;
    if (state == RONDO_LEDGER_RUNNING) return refresh_live(entry, &sweep->changed, error);
    forget_live(entry);
    if ((state != RONDO_LEDGER_DONE && state != RONDO_LEDGER_HALTED) || !differs) return RONDO_OK;
    if (!sweep->knows_direction) find_direction(sweep, entry->folder);
    rondo_ledger_figure figure;
    status = rondo_ledger_read_best(entry->folder, sweep->metric, sweep->higher_is_better, &figure,
                                    error);
    if (!status) entry->value = figure.value;
    return status;
}

static bool is_better(const rondo_watched_sweep *sweep, double value, double other)
{
    if (isnan(value)) return false;
    if (isnan(other)) return true;
    return sweep->higher_is_better ? value > other : value < other;
}

/* From what runs took so far, on as many workers as there are now. */
static double estimate(const rondo_watched_sweep *sweep)
{
    double work = 0;
    if (isnan(sweep->mean_seconds)) return NAN;
    for (int64_t i = 0; i < sweep->plan->run_count; i++) {
        const rondo_watched_entry *entry = &sweep->entries[i];
        if (entry->ledger.state == RONDO_LEDGER_MISSING ||
            entry->ledger.state == RONDO_LEDGER_STOPPED)
            work += sweep->mean_seconds;
        if (!entry->live) continue;
        double left = rondo_watched_seconds_left(entry->live);
        work += isnan(left) ? sweep->mean_seconds / 2 : left;
    }
    int64_t workers = sweep->counts[RONDO_LEDGER_RUNNING];
    return workers > 0 ? work / (double)workers : NAN;
}

static void sum_up(rondo_watched_sweep *sweep)
{
    double seconds = 0;
    int64_t *counts = sweep->counts;
    memset(counts, 0, sizeof sweep->counts);
    sweep->best = -1;
    for (int64_t i = 0; i < sweep->plan->run_count; i++) {
        const rondo_watched_entry *entry = &sweep->entries[i];
        counts[entry->ledger.state]++;
        if (entry->ledger.state == RONDO_LEDGER_DONE) {
            seconds += entry->ledger.outcome.seconds;
            if (is_better(sweep, entry->value,
                          sweep->best < 0 ? NAN : sweep->entries[sweep->best].value))
                sweep->best = i;
        }
    }
    int64_t done = counts[RONDO_LEDGER_DONE];
    sweep->mean_seconds = done > 0 ? seconds / (double)done : NAN;
    sweep->seconds_left = estimate(sweep);
    bool rest =
        counts[RONDO_LEDGER_MISSING] + counts[RONDO_LEDGER_STOPPED] + counts[RONDO_LEDGER_RUNNING] >
        0;
    /* Between two rungs of a halving all runs are halted. */
    sweep->ended = !rest && (counts[RONDO_LEDGER_HALTED] == 0 || done > 0);
}

/* A plan may grow, when the sweep file gets more seeds; it is then another file. */
static bool is_replaced(rondo_watched_sweep *sweep)
{
    struct stat about;
    char *path = rondo_file_join(sweep->folder, "plan.yaml");
    bool known = path && stat(path, &about) == 0;
    bool replaced = known && sweep->plan && (uint64_t)about.st_ino != sweep->plan_file;
    if (known) sweep->plan_file = (uint64_t)about.st_ino;
    free(path);
    return replaced;
}

rondo_status rondo_watched_sweep_refresh(rondo_watched_sweep *sweep, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    sweep->changed = false;
    if (is_replaced(sweep)) forget_plan(sweep);
    if (!sweep->plan) {
        sweep->changed = true;
        status = read_plan(sweep, error);
    }
    for (int64_t i = 0; !status && i < sweep->plan->run_count; i++)
        status = refresh_entry(sweep, i, error);
    if (!status) sum_up(sweep);
    return status;
}
