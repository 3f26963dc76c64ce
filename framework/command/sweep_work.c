/* rondo sweep, at work: one run, a worker, or a pool of workers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "command/stop.h"
#include "command/sweep.h"
#include "sweep/pool.h"

rondo_status rondo_sweep_check_arguments(const rondo_sweep_arguments *arguments, rondo_error *error)
{
    const struct {
        bool given;
        const char *name;
    } modes[] = {{arguments->check, "--check"},
                 {arguments->list, "--list"},
                 {arguments->number > 0, "--run"},
                 {arguments->worker, "--worker"},
                 {arguments->slurm, "--slurm"}};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (!modes[i].given) continue;
        if (first)
            return rondo_error_set(error, RONDO_USAGE, "%s and %s cannot be combined", first,
                                   modes[i].name);
        first = modes[i].name;
    }
    if ((arguments->json || arguments->pending) && !arguments->list)
        return rondo_error_set(error, RONDO_USAGE, "%s needs --list",
                               arguments->json ? "--json" : "--pending");
    if (arguments->array > 0 && !arguments->slurm)
        return rondo_error_set(error, RONDO_USAGE, "--array needs --slurm");
    if (arguments->threads > 0 && arguments->slurm)
        return rondo_error_set(error, RONDO_USAGE,
                               "--threads: workers under Slurm have as many as -- "
                               "--cpus-per-task says");
    if (arguments->options.count > 0 && !arguments->slurm)
        return rondo_error_set(error, RONDO_USAGE, "%s: unexpected; options of sbatch need --slurm",
                               arguments->options.items[0]);
    return RONDO_OK;
}

/* --- one process --- */

static void report_event(void *context, const rondo_worker_event *event)
{
    static const char *const words[] = {"done",    "failed", "at its rung",
                                        "stopped", "paused", "in other hands"};
    const rondo_plan_run *run = event->run;
    (void)context;
    rondo_log_set_quiet(false);
    if (event->is_start)
        rondo_log_info("run %lld: %s", (long long)run->number, run->folder);
    else
        rondo_log_info("run %lld: %s%s%s%s", (long long)run->number,
                       event->report->was_so ? "already " : "", words[event->report->result],
                       event->report->reason[0] ? ": " : "", event->report->reason);
    rondo_log_set_quiet(event->is_start); /* what training tells is in the run's log.txt */
}

/* --run trains as `rondo train` does, which says the rest. */
static void report_if_done(void *context, const rondo_worker_event *event)
{
    (void)context;
    if (!event->is_start && event->report->was_so && event->report->result == RONDO_RESULT_DONE)
        rondo_log_info("run %lld: already done", (long long)event->run->number);
}

static rondo_worker_options options_of(const rondo_sweep_arguments *arguments,
                                       const rondo_sweep *sweep, const rondo_plan *plan,
                                       rondo_registry *registry)
{
    return (rondo_worker_options){.sweep = sweep,
                                  .plan = plan,
                                  .registry = registry,
                                  .threads = (int)arguments->threads,
                                  .started = arguments->started,
                                  .stop = rondo_stop_catch()};
}

static rondo_status work(const rondo_sweep_arguments *arguments, const rondo_sweep *sweep,
                         const rondo_plan *plan, rondo_registry *registry, rondo_error *error)
{
    rondo_worker_options options = options_of(arguments, sweep, plan, registry);
    bool in_pool = getenv(RONDO_POOL_VARIABLE) != NULL;
    if (arguments->number > 0) {
        options.report_event = report_if_done;
        return rondo_worker_run_number(&options, arguments->number, error);
    }
    if (in_pool) {
        rondo_worker_catch_threads();
        signal(SIGPIPE, SIG_IGN); /* the pool was killed: its last word is SIGTERM */
    }
    options.report_event = in_pool ? rondo_pool_report : report_event;
    rondo_log_set_quiet(in_pool);
    rondo_status status = rondo_worker_run(&options, error);
    rondo_log_set_quiet(false);
    if (!status && !in_pool) rondo_log_info("no run is free any more");
    return status;
}

/* --- the pool --- */

int64_t rondo_sweep_worker_words(const rondo_sweep_arguments *arguments,
                                 const char *words[RONDO_WORKER_WORDS])
{
    int64_t count = 0;
    words[count++] = "sweep";
    words[count++] = arguments->file;
    words[count++] = "--worker";
    if (arguments->output) {
        words[count++] = "--output";
        words[count++] = arguments->output;
    }
    for (int64_t i = 0; i < arguments->plugins.count; i++) {
        words[count++] = "--plugins";
        words[count++] = arguments->plugins.items[i];
    }
    words[count] = NULL;
    return count;
}

static rondo_status run_pool(const rondo_sweep_arguments *arguments, const rondo_sweep *sweep,
                             const rondo_plan *plan, rondo_registry *registry, rondo_error *error)
{
    const char *words[RONDO_WORKER_WORDS];
    rondo_sweep_worker_words(arguments, words);
    const rondo_pool_options options = {.sweep = sweep,
                                        .plan = plan,
                                        .registry = registry,
                                        .arguments = words,
                                        .threads = (int)arguments->threads,
                                        .stop = rondo_stop_catch()};
    return rondo_pool_run(&options, error);
}

rondo_status rondo_sweep_work(const rondo_sweep_arguments *arguments, const rondo_sweep *sweep,
                              rondo_registry *registry, rondo_error *error)
{
    rondo_plan *plan;
    bool is_part = arguments->worker || arguments->number > 0;
    rondo_status status = rondo_sweep_open_plan(sweep, registry, true, &plan, error);
    if (status) return status;
    status = is_part ? work(arguments, sweep, plan, registry, error)
                     : run_pool(arguments, sweep, plan, registry, error);
    rondo_plan_destroy(plan);
    return status;
}
