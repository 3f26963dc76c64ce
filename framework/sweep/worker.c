#include "sweep/worker.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sweep/halving.h"

/* Data sets that are kept: those of a few variants of data, not of hundreds. */
enum { DATASETS = 4 };
/* A run whose failure cannot be written down is left, and the next one tried: something may be in
 * its way. So many in a row are the disk, or the sweep's folder: a worker that went on would leave
 * every run behind it within a second. */
enum { MOST_UNRECORDED = 3 };
static const double poll_every = 0.2; /* seconds, while a rung is not decided */

typedef struct worker {
    const rondo_worker_options *options;
    rondo_dataset_cache *cache;
    rondo_halving *halving; /* NULL: none */
    bool *is_finished;      /* [runs]: nothing more to do here */
    int threads;
    int64_t trained, failed;
    char first_failure[RONDO_REASON_SIZE];
    int64_t first_failed; /* its number */
    int64_t unrecorded;   /* failures in a row that could not be written down */
    bool is_stopped;
} worker;

/* --- threads --- */

static volatile sig_atomic_t paused, wanted_threads;

static void take_threads(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    wanted_threads = info->si_value.sival_int;
    paused = 1;
}

void rondo_worker_catch_threads(void)
{
    struct sigaction action = {.sa_sigaction = take_threads, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGRTMIN, &action, NULL);
}

void rondo_worker_send_threads(int64_t process, int threads)
{
    sigqueue((pid_t)process, SIGRTMIN, (union sigval){.sival_int = threads});
}

/* What a signal asked for, which may come again at any moment. */
static void apply_threads(worker *w)
{
    if (!paused) return;
    paused = 0;
    if (wanted_threads > 0) w->threads = wanted_threads;
}

/* --- a run --- */

static rondo_run_task task_of(const worker *w, int64_t run, bool retry)
{
    const rondo_worker_options *options = w->options;
    rondo_run_task task = {.base = options->sweep->base_path,
                           .folder = options->sweep->output.folder,
                           .run = &options->plan->runs[run],
                           .registry = options->registry,
                           .cache = w->cache,
                           .retry = retry,
                           .started = options->started,
                           .stop = options->stop,
                           .pause = &paused};
    if (w->halving) {
        const rondo_halving_goal goal = rondo_halving_goal_of(w->halving, run);
        task.rung = goal.rung;
        task.until_epoch = goal.until_epoch;
    }
    return task;
}

static void report_event(const worker *w, const rondo_plan_run *run, const rondo_run_report *report)
{
    const rondo_worker_event event = {.run = run, .is_start = !report, .report = report};
    if (w->options->report_event) w->options->report_event(w->options->context, &event);
}

/* To its end, its rung or a stop, however often the number of threads changes meanwhile. */
static void train(worker *w, int64_t run, bool retry, rondo_run_report *report)
{
    rondo_run_task task = task_of(w, run, retry);
    report_event(w, task.run, NULL);
    do {
        apply_threads(w);
        task.threads = w->threads;
        rondo_run_one(&task, report);
    } while (report->result == RONDO_RESULT_PAUSED);
    report_event(w, task.run, report);
}

static void note(worker *w, int64_t run, const rondo_run_report *report)
{
    const rondo_run_result result = report->result;
    w->is_finished[run] = result == RONDO_RESULT_DONE || result == RONDO_RESULT_FAILED;
    if (w->halving && (result == RONDO_RESULT_DONE || result == RONDO_RESULT_HELD))
        rondo_halving_arrive(w->halving, run);
    w->is_stopped = w->is_stopped || result == RONDO_RESULT_STOPPED;
    if (report->was_so || result == RONDO_RESULT_TAKEN) return;
    w->trained++;
    w->unrecorded = report->unrecorded ? w->unrecorded + 1 : 0;
    if (result != RONDO_RESULT_FAILED) return;
    if (w->failed++ > 0) return;
    w->first_failed = w->options->plan->runs[run].number;
    memcpy(w->first_failure, report->reason, sizeof w->first_failure);
}

/* --- all runs --- */

/* What one look at all runs found. */
typedef struct sweep_pass {
    bool trained;   /* something here */
    bool elsewhere; /* others have runs in hand */
} sweep_pass;

/* Whether there may be something to do, without touching the run. */
static bool is_free(worker *w, int64_t run, bool insist, sweep_pass *pass)
{
    rondo_error ignored = {0};
    rondo_ledger_entry entry;
    if (w->is_finished[run]) return false;
    if (w->halving) {
        const rondo_halving_goal goal = rondo_halving_goal_of(w->halving, run);
        if (goal.is_there) return false;
    }
    const rondo_plan_run *about = &w->options->plan->runs[run];
    /* What cannot be read is tried, which says why. */
    if (rondo_ledger_read(w->options->sweep->output.folder, about, &entry, &ignored)) return true;
    if (entry.state == RONDO_LEDGER_RUNNING) pass->elsewhere = true;
    if (entry.state == RONDO_LEDGER_DONE || entry.state == RONDO_LEDGER_FAILED)
        w->is_finished[run] = true;
    if (entry.state == RONDO_LEDGER_HALTED && w->halving) {
        const rondo_halving_goal goal = rondo_halving_goal_of(w->halving, run);
        if (entry.outcome.rung >= goal.rung) rondo_halving_arrive(w->halving, run);
        return entry.outcome.rung < goal.rung;
    }
    return !w->is_finished[run] && (entry.state != RONDO_LEDGER_RUNNING || insist);
}

static bool may_go_on(const worker *w)
{
    return !*w->options->stop && !w->is_stopped && w->unrecorded < MOST_UNRECORDED;
}

/* insist: the lock is tried also where somebody seems to have the run. */
static rondo_status pass_over(worker *w, bool insist, sweep_pass *pass, rondo_error *error)
{
    const int64_t count = w->options->plan->run_count;
    rondo_status status = RONDO_OK;
    *pass = (sweep_pass){0};
    if (w->halving) status = rondo_halving_update(w->halving, true, error);
    for (int64_t i = 0; i < count && !status && may_go_on(w); i++) {
        rondo_run_report report;
        if (!is_free(w, i, insist, pass)) continue;
        train(w, i, false, &report);
        note(w, i, &report);
        pass->trained |= !report.was_so && report.result != RONDO_RESULT_TAKEN;
        pass->elsewhere |= report.result == RONDO_RESULT_TAKEN;
        if (w->halving) status = rondo_halving_update(w->halving, true, error);
    }
    return status;
}

static void wait_a_moment(void)
{
    const struct timespec pause = {.tv_nsec = (long)(poll_every * 1e9)};
    nanosleep(&pause, NULL);
}

/* A halving goes on when others bring their runs to the rung. */
static rondo_status take_runs(worker *w, rondo_error *error)
{
    sweep_pass pass;
    bool goes_on = true, insist = false;
    rondo_status status = RONDO_OK;
    while (goes_on && !status && may_go_on(w)) {
        status = pass_over(w, insist, &pass, error);
        goes_on = pass.trained || !insist || (w->halving && pass.elsewhere);
        insist = !pass.trained;
        if (goes_on && !pass.trained && pass.elsewhere && w->halving) wait_a_moment();
    }
    return status;
}

/* --- start and end --- */

rondo_status rondo_worker_direction(const rondo_sweep *sweep, const rondo_plan *plan,
                                    rondo_registry *registry, const char *metric, bool *higher,
                                    rondo_error *error)
{
    rondo_experiment *experiment;
    const rondo_plan_run *first = &plan->runs[0];
    *higher = false;
    rondo_status status = rondo_experiment_load(sweep->base_path, first->sets, first->set_count,
                                                registry, &experiment, error);
    if (status) return status;
    *higher = rondo_ledger_higher_is_better(experiment, metric);
    rondo_experiment_destroy(experiment);
    return RONDO_OK;
}

static rondo_status start(worker *w, rondo_error *error)
{
    const rondo_worker_options *options = w->options;
    const rondo_plan *plan = options->plan;
    bool higher;
    w->threads = options->threads;
    w->is_finished = calloc((size_t)plan->run_count + 1, sizeof *w->is_finished);
    if (!w->is_finished) return rondo_error_set(error, RONDO_FAILED, "not enough memory: a worker");
    rondo_status status = rondo_dataset_cache_create(DATASETS, &w->cache, error);
    if (status || plan->halving.rung_count == 0) return status;
    status = rondo_worker_direction(options->sweep, plan, options->registry, plan->halving.metric,
                                    &higher, error);
    if (status) return status;
    return rondo_halving_open(options->sweep->output.folder, plan, higher, &w->halving, error);
}

static void finish(worker *w)
{
    rondo_halving_close(w->halving);
    rondo_dataset_cache_destroy(w->cache);
    free(w->is_finished);
}

rondo_status rondo_worker_run(const rondo_worker_options *options, rondo_error *error)
{
    worker w = {.options = options};
    rondo_status status = start(&w, error);
    if (!status) status = take_runs(&w, error);
    if (!status && (*options->stop || w.is_stopped))
        status = rondo_error_set(error, RONDO_STOPPED, "stopped; run it again to continue");
    if (!status && w.unrecorded >= MOST_UNRECORDED)
        status = rondo_error_set(
            error, RONDO_FAILED,
            "%d runs in a row failed without being able to record it, the first by this worker: "
            "run %lld: %s; the worker ends; its runs are free for others",
            (int)MOST_UNRECORDED, (long long)w.first_failed, w.first_failure);
    if (!status && w.failed > 0)
        status = rondo_error_set(error, RONDO_FAILED, "%lld of %lld runs failed; run %lld: %s",
                                 (long long)w.failed, (long long)w.trained,
                                 (long long)w.first_failed, w.first_failure);
    finish(&w);
    return status;
}

static rondo_status status_of(const rondo_plan_run *run, const rondo_run_report *report,
                              rondo_error *error)
{
    switch (report->result) {
    case RONDO_RESULT_DONE:
    case RONDO_RESULT_HELD:
        return RONDO_OK;
    case RONDO_RESULT_FAILED:
        return rondo_error_set(error, RONDO_FAILED, "run %lld: %s", (long long)run->number,
                               report->reason);
    case RONDO_RESULT_TAKEN:
        return rondo_error_set(error, RONDO_STOPPED, "run %lld: another process trains it",
                               (long long)run->number);
    default:
        return rondo_error_set(error, RONDO_STOPPED, "run %lld: stopped; run it again to continue",
                               (long long)run->number);
    }
}

static rondo_status train_number(worker *w, int64_t run, rondo_error *error)
{
    const rondo_plan_run *about = &w->options->plan->runs[run];
    rondo_run_report report;
    if (w->halving) {
        rondo_status status = rondo_halving_update(w->halving, true, error);
        if (status) return status;
    }
    train(w, run, true, &report);
    note(w, run, &report);
    if (w->halving) {
        rondo_status status = rondo_halving_update(w->halving, true, error);
        if (status) return status;
    }
    return status_of(about, &report, error);
}

rondo_status rondo_worker_run_number(const rondo_worker_options *options, int64_t number,
                                     rondo_error *error)
{
    worker w = {.options = options};
    const rondo_plan *plan = options->plan;
    int64_t run = 0;
    while (run < plan->run_count && plan->runs[run].number != number)
        run++;
    if (run == plan->run_count)
        return rondo_error_set(error, RONDO_USAGE,
                               "--run: %lld is not the number of a run (1 to %lld)",
                               (long long)number, (long long)plan->run_count);
    rondo_status status = start(&w, error);
    if (!status) status = train_number(&w, run, error);
    finish(&w);
    return status;
}
