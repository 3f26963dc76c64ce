#include "sweep/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/terminal.h"

enum { MOST_FAILURES = 20 }; /* listed one by one at the end */

const char *rondo_view_metric(const rondo_plan *plan)
{
    if (plan->metric) return plan->metric;
    return plan->halving.rung_count > 0 ? plan->halving.metric : "valid loss";
}

static void set_state(rondo_view *view, int64_t run, rondo_ledger_state state)
{
    view->counts[view->states[run]]--;
    view->counts[state]++;
    view->states[run] = state;
}

static double value_of(const rondo_view *view, const rondo_plan_run *run)
{
    rondo_ledger_figure figure = {.value = NAN};
    rondo_error ignored = {0};
    char *folder = rondo_plan_run_folder(view->folder, run);
    if (folder) rondo_ledger_read_best(folder, view->metric, view->higher, &figure, &ignored);
    free(folder);
    return figure.value;
}

static void note_value(rondo_view *view, const rondo_plan_run *run, double value)
{
    if (!isfinite(value)) return;
    bool better = view->higher ? value > view->best : value < view->best;
    if (view->best_number > 0 && !better) return;
    view->best_number = run->number;
    view->best = value;
}

static void report_run(const rondo_view *view, const rondo_plan_run *run,
                       const rondo_ledger_entry *entry, double value)
{
    rondo_text line = {0};
    const rondo_run_outcome *outcome = &entry->outcome;
    bool was_quiet = rondo_log_is_quiet();
    rondo_text_add(&line, "run %lld/%lld %s: %s, seed %lld", (long long)run->number,
                   (long long)view->plan->run_count, rondo_ledger_state_name(entry->state),
                   view->plan->variants[run->variant].name, (long long)run->seed);
    if (isfinite(value)) rondo_text_add(&line, "  %s %.5g", view->metric, value);
    if (entry->state == RONDO_LEDGER_HALTED)
        rondo_text_add(&line, "  rung %lld", (long long)outcome->rung);
    if (outcome->seconds > 0) rondo_text_add(&line, "  %.1f s", outcome->seconds);
    if (outcome->reason[0]) rondo_text_add(&line, "  %s", outcome->reason);
    if (entry->state == RONDO_LEDGER_FAILED) {
        rondo_log_warning("%s", rondo_text_get(&line));
    } else {
        /* Where the last line is redrawn, it has the counts; the rest is in sweep.log. */
        rondo_log_set_quiet(was_quiet || rondo_terminal_redraws());
        rondo_log_info("%s", rondo_text_get(&line));
        rondo_log_set_quiet(was_quiet);
    }
    rondo_text_finish(&line);
}

void rondo_view_refresh(rondo_view *view, int64_t number, bool report)
{
    const rondo_plan_run *run = &view->plan->runs[number - 1];
    rondo_ledger_entry entry;
    rondo_error ignored = {0};
    if (rondo_ledger_read(view->folder, run, &entry, &ignored)) return;
    bool is_new = entry.state != view->states[number - 1];
    bool has_value = entry.state == RONDO_LEDGER_DONE || entry.state == RONDO_LEDGER_HALTED;
    double value = has_value && (is_new || report) ? value_of(view, run) : NAN;
    set_state(view, number - 1, entry.state);
    note_value(view, run, value);
    if (report && entry.state >= RONDO_LEDGER_DONE) report_run(view, run, &entry, value);
}

void rondo_view_begin(rondo_view *view, int64_t number)
{
    set_state(view, number - 1, RONDO_LEDGER_RUNNING);
}

rondo_status rondo_view_start(rondo_view *view, const char *folder, const rondo_plan *plan,
                              bool higher, rondo_error *error)
{
    *view = (rondo_view){
        .folder = folder, .plan = plan, .metric = rondo_view_metric(plan), .higher = higher};
    view->states = calloc((size_t)plan->run_count + 1, sizeof *view->states);
    if (!view->states) return rondo_error_set(error, RONDO_FAILED, "not enough memory: a sweep");
    view->counts[RONDO_LEDGER_MISSING] = plan->run_count;
    for (int64_t i = 0; i < plan->run_count; i++)
        rondo_view_refresh(view, plan->runs[i].number, false);
    return RONDO_OK;
}

void rondo_view_finish(rondo_view *view)
{
    free(view->states);
    *view = (rondo_view){0};
}

int64_t rondo_view_count_ended(const rondo_view *view)
{
    return view->counts[RONDO_LEDGER_DONE] + view->counts[RONDO_LEDGER_FAILED] +
           view->counts[RONDO_LEDGER_HALTED];
}

void rondo_view_show(const rondo_view *view)
{
    char note[160];
    const int64_t *counts = view->counts;
    int used = snprintf(note, sizeof note, "%lld running", (long long)counts[RONDO_LEDGER_RUNNING]);
    if (counts[RONDO_LEDGER_FAILED] > 0)
        used += snprintf(note + used, sizeof note - (size_t)used, "  %lld failed",
                         (long long)counts[RONDO_LEDGER_FAILED]);
    /* Short, so that the time left has its place in a narrow terminal. */
    if (view->best_number > 0)
        snprintf(note + used, sizeof note - (size_t)used, "  best %.4g", view->best);
    rondo_progress_set(rondo_view_count_ended(view), note);
}

static void report_failures(const rondo_view *view)
{
    int64_t listed = 0;
    for (int64_t i = 0; i < view->plan->run_count; i++) {
        rondo_ledger_entry entry;
        rondo_error ignored = {0};
        if (view->states[i] != RONDO_LEDGER_FAILED) continue;
        if (listed++ == MOST_FAILURES) {
            rondo_log_info("  .. and more: --list names them all");
            return;
        }
        if (rondo_ledger_read(view->folder, &view->plan->runs[i], &entry, &ignored)) continue;
        rondo_log_info("  run %lld (%s): %s", (long long)view->plan->runs[i].number,
                       view->plan->runs[i].folder, entry.outcome.reason);
    }
}

void rondo_view_report_end(const rondo_view *view)
{
    rondo_text line = {0};
    rondo_text_add(&line, "%s: %lld runs", view->folder, (long long)view->plan->run_count);
    for (int s = RONDO_LEDGER_STATES - 1; s >= 0; s--)
        if (view->counts[s] > 0)
            rondo_text_add(&line, ", %lld %s", (long long)view->counts[s],
                           rondo_ledger_state_name((rondo_ledger_state)s));
    if (view->best_number > 0)
        rondo_text_add(&line, "; best %s %.5g (run %lld)", view->metric, view->best,
                       (long long)view->best_number);
    rondo_log_info("%s", rondo_text_get(&line));
    rondo_text_finish(&line);
    report_failures(view);
}
