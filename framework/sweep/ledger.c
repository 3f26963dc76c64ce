#include "sweep/ledger.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/lock.h"
#include "config/metric_rows.h"
#include "store/metrics.h"
#include "store/metrics_follow.h"
#include "train/run_folder.h"

static rondo_status fail_memory(rondo_error *error)
{
    return rondo_error_set(error, RONDO_FAILED, "not enough memory: ledger of a sweep");
}

const char *rondo_ledger_state_name(rondo_ledger_state state)
{
    static const char *const names[RONDO_LEDGER_STATES] = {"missing", "stopped", "running",
                                                           "done",    "failed",  "halted"};
    return names[state];
}

/* --- states --- */

static rondo_ledger_state state_without_outcome(const char *lock, const char *newest)
{
    rondo_lock_holder holder;
    if (rondo_lock_peek(lock, &holder)) return RONDO_LEDGER_RUNNING;
    return rondo_file_exists(newest) ? RONDO_LEDGER_STOPPED : RONDO_LEDGER_MISSING;
}

static rondo_status read_folder(const char *folder, rondo_ledger_entry *entry, rondo_error *error)
{
    static const rondo_ledger_state states[] = {RONDO_LEDGER_DONE, RONDO_LEDGER_FAILED,
                                                RONDO_LEDGER_HALTED};
    bool found;
    rondo_status status = rondo_run_outcome_read(folder, &entry->outcome, &found, error);
    if (status) return status;
    if (found) {
        entry->state = states[entry->outcome.state];
        return RONDO_OK;
    }
    entry->outcome = (rondo_run_outcome){0};
    char *lock = rondo_file_join(folder, "lock");
    char *newest = rondo_file_join(folder, "checkpoints/latest.h5");
    if (lock && newest)
        entry->state = state_without_outcome(lock, newest);
    else
        status = fail_memory(error);
    free(lock);
    free(newest);
    return status;
}

rondo_status rondo_ledger_read(const char *sweep_folder, const rondo_plan_run *run,
                               rondo_ledger_entry *entry, rondo_error *error)
{
    *entry = (rondo_ledger_entry){.state = RONDO_LEDGER_MISSING};
    char *folder = rondo_plan_run_folder(sweep_folder, run);
    rondo_status status = folder ? read_folder(folder, entry, error) : fail_memory(error);
    free(folder);
    return status;
}

/* --- what failed --- */

/* With the lock: somebody else may just be trying it. */
static rondo_status retry(const char *folder, rondo_error *error)
{
    rondo_lock *lock;
    rondo_run_outcome outcome;
    bool found;
    rondo_status status = rondo_run_outcome_read(folder, &outcome, &found, error);
    if (status || !found || outcome.state != RONDO_OUTCOME_FAILED) return status;
    status = rondo_run_folder_try(folder, &lock, error);
    if (status || !lock) return status;
    status = rondo_run_outcome_read(folder, &outcome, &found, error);
    if (!status && found && outcome.state == RONDO_OUTCOME_FAILED)
        status = rondo_run_outcome_remove(folder, error);
    rondo_lock_release(lock);
    return status;
}

rondo_status rondo_ledger_retry(const char *sweep_folder, const rondo_plan *plan,
                                rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t i = 0; i < plan->run_count && !status; i++) {
        char *folder = rondo_plan_run_folder(sweep_folder, &plan->runs[i]);
        status = folder ? retry(folder, error) : fail_memory(error);
        free(folder);
    }
    return status;
}

/* --- figures --- */

typedef struct figure_search {
    const char *split, *name;
    int64_t until;
    int sign; /* 1: the largest value, -1: the least, 0: the newest */
    rondo_ledger_figure *figure;
} figure_search;

static bool is_better(const figure_search *s, double value)
{
    if (isnan(value)) return false;
    return isnan(s->figure->value) || s->sign * value > s->sign * s->figure->value;
}

static rondo_status visit(void *context, const rondo_journal_line *line, rondo_error *error)
{
    const figure_search *s = context;
    const rondo_record *record = &line->record;
    (void)error;
    const char *split = rondo_record_split(record->kind);
    if (line->is_units || !split || strcmp(split, s->split) != 0) return RONDO_OK;
    if (s->until > 0 && record->epoch > s->until) return RONDO_OK;
    for (int32_t i = 0; i < record->count; i++) {
        double value = record->values[i].value;
        if (strcmp(record->values[i].name, s->name) != 0) continue;
        if (s->sign != 0 && !is_better(s, value)) continue;
        *s->figure = (rondo_ledger_figure){value, record->epoch};
    }
    return RONDO_OK;
}

static rondo_status find(const char *run_folder, const char *metric, int64_t until, int sign,
                         rondo_ledger_figure *figure, rondo_error *error)
{
    char split[8];
    const char *name;
    bool again;
    *figure = (rondo_ledger_figure){.value = NAN};
    if (!rondo_metric_parts(metric, split, &name)) return RONDO_OK;
    figure_search s = {
        .split = split, .name = name, .until = until, .sign = sign, .figure = figure};
    rondo_metrics_follower follower = {0};
    return rondo_metrics_follow(&follower, run_folder, &again, visit, &s, error);
}

rondo_status rondo_ledger_read_figure(const char *run_folder, const char *metric, int64_t until,
                                      rondo_ledger_figure *figure, rondo_error *error)
{
    return find(run_folder, metric, until, 0, figure, error);
}

rondo_status rondo_ledger_read_best(const char *run_folder, const char *metric,
                                    bool higher_is_better, rondo_ledger_figure *figure,
                                    rondo_error *error)
{
    rondo_ledger_figure tested;
    if (strncmp(metric, "test ", 5) == 0) return find(run_folder, metric, 0, 0, figure, error);
    rondo_status status = find(run_folder, "test checkpoint_epoch", 0, 0, &tested, error);
    if (status) return status;
    if (tested.value >= 1) return find(run_folder, metric, (int64_t)tested.value, 0, figure, error);
    return find(run_folder, metric, 0, higher_is_better ? 1 : -1, figure, error);
}

bool rondo_ledger_higher_is_better(const rondo_experiment *experiment, const char *metric)
{
    rondo_metric_row rows[RONDO_MAX_METRIC_ROWS];
    char split[8];
    const char *name;
    if (!metric || !rondo_metric_parts(metric, split, &name)) return false;
    int64_t row = rondo_metric_rows_find(rows, rondo_experiment_metrics(experiment, rows), name);
    return row >= 0 && rows[row].higher_is_better;
}
