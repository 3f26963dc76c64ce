#include "sweep/run_one.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/file.h"
#include "sweep/deaths.h"
#include "train/run_folder.h"
#include "train/trainer.h"

/* For so long a run does not wait for the disk: what is lost with the machine's power is repeated.
 * Checkpoints of a short run would take longer than its training. */
static const double young_seconds = 30;

/* One run while it is in hand. */
typedef struct work {
    const rondo_run_task *task;
    rondo_run_report *report;
    char *folder;
    rondo_lock *lock;
    rondo_run_outcome before; /* of rungs before this one: their times */
    double started, cpu_started;
    rondo_trainer_end end;
} work;

static double cpu_seconds(void)
{
    double seconds = 0;
    static const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    for (int i = 0; i < 2; i++) {
        struct rusage usage;
        if (getrusage(whose[i], &usage) != 0) continue;
        seconds += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    }
    return seconds;
}

/* A message as one line. */
static void set_reason(rondo_run_report *report, const char *text)
{
    size_t used = 0;
    for (; *text && used + 3 < sizeof report->reason; text++) {
        if (*text == '\n') report->reason[used++] = ';';
        report->reason[used++] = *text == '\n' ? ' ' : *text;
    }
    report->reason[used] = '\0';
}

static void fail(work *w, const rondo_error *error)
{
    w->report->result = RONDO_RESULT_FAILED;
    set_reason(w->report, error->text);
}

/* --- before --- */

/* Whether the run's outcome leaves anything to do. */
static bool is_finished(work *w, const rondo_run_outcome *outcome)
{
    rondo_run_report *report = w->report;
    const rondo_run_task *task = w->task;
    report->was_so = true;
    if (outcome->state == RONDO_OUTCOME_DONE) {
        report->result = RONDO_RESULT_DONE;
        return true;
    }
    if (outcome->state == RONDO_OUTCOME_FAILED && !task->retry) {
        report->result = RONDO_RESULT_FAILED;
        set_reason(report, outcome->reason);
        return true;
    }
    if (outcome->state == RONDO_OUTCOME_HALTED && task->until_epoch > 0 &&
        outcome->rung >= task->rung) {
        report->result = RONDO_RESULT_HELD;
        return true;
    }
    report->was_so = false;
    return false;
}

/* The claim: its lock, then a look at how far it is. False: nothing is to be done. */
static bool take(work *w, rondo_error *error)
{
    rondo_run_outcome outcome;
    bool found, failed = false;
    char *lock = rondo_file_join(w->folder, "lock");
    /* Whoever ends well takes its lock away. */
    bool was_left = lock && rondo_lock_is_one(lock);
    free(lock);
    if (rondo_run_folder_try(w->folder, &w->lock, error)) {
        w->report->unrecorded = true;
        fail(w, error);
        return false;
    }
    if (!w->lock) {
        w->report->result = RONDO_RESULT_TAKEN;
        return false;
    }
    rondo_status status = rondo_run_outcome_read(w->folder, &outcome, &found, error);
    if (!status && found && is_finished(w, &outcome)) return false;
    if (!status && was_left && !found)
        status = rondo_deaths_add(w->folder, 0, &failed, &outcome, error);
    if (!status && !failed) {
        if (found && outcome.state == RONDO_OUTCOME_HALTED) w->before = outcome;
        if (found) status = rondo_run_outcome_remove(w->folder, error);
    }
    if (failed) {
        w->report->result = RONDO_RESULT_FAILED;
        set_reason(w->report, outcome.reason);
    }
    if (status) {
        w->report->unrecorded = true;
        fail(w, error);
    }
    return !status && !failed;
}

/* --- training --- */

static rondo_status train(work *w, rondo_experiment *experiment, rondo_error *error)
{
    const rondo_run_task *task = w->task;
    rondo_session session;
    rondo_dataset *dataset;
    /* Where all checkpoints are damaged the run starts anew: it comes out the same. */
    const rondo_trainer_options options = {.resume = true,
                                           .overwrite = true,
                                           .other_kernel = true, /* workers' machines differ */
                                           .stop = task->stop,
                                           .pause = task->pause,
                                           .until_epoch = task->until_epoch,
                                           .end = &w->end,
                                           .started = task->started,
                                           .lock = w->lock,
                                           .registry = task->registry};
    rondo_status status = rondo_dataset_cache_take(task->cache, experiment, &dataset, error);
    if (status) {
        rondo_experiment_destroy(experiment);
        return status;
    }
    status = rondo_session_start_on(experiment, dataset, task->threads, &session, error);
    if (status) return status;
    session.threads_open = session.threads > 1; /* as many of them as train fastest */
    status = rondo_trainer_run(&session, &options, error);
    rondo_session_finish(&session);
    return status;
}

static rondo_status load_and_train(work *w, rondo_error *error)
{
    const rondo_run_task *task = w->task;
    rondo_experiment *experiment;
    rondo_status status = rondo_experiment_load(task->base, task->run->sets, task->run->set_count,
                                                task->registry, &experiment, error);
    if (status) return status;
    experiment->output.folder = w->folder;
    return train(w, experiment, error);
}

static void set_result(work *w, rondo_status status, const rondo_error *error)
{
    rondo_run_report *report = w->report;
    if (status == RONDO_OK)
        report->result = RONDO_RESULT_DONE;
    else if (status == RONDO_STOPPED)
        report->result = w->end.is_held     ? RONDO_RESULT_HELD
                         : w->end.is_paused ? RONDO_RESULT_PAUSED
                                            : RONDO_RESULT_STOPPED;
    else
        fail(w, error);
}

/* --- after --- */

static bool flush_files(const char *folder, rondo_error *error)
{
    char **names;
    int64_t count;
    rondo_status status = rondo_file_list(folder, &count, &names, error);
    if (status) return false;
    for (int64_t i = 0; i < count && !status; i++) {
        char *path = rondo_file_join(folder, names[i]);
        if (path && strcmp(names[i], "lock") != 0) status = rondo_file_flush(path, error);
        free(path);
    }
    rondo_file_free_names(count, names);
    if (!status) status = rondo_file_flush(folder, error);
    return !status;
}

/* What the run did not wait for while it was young: before its outcome says how it ended. */
static void flush(work *w)
{
    rondo_error error = {0};
    char *checkpoints = rondo_file_join(w->folder, "checkpoints");
    bool was_young = rondo_clock_seconds() - w->started < young_seconds;
    rondo_file_sync_from(0);
    bool whole =
        !was_young || (checkpoints && flush_files(w->folder, &error) &&
                       (!rondo_file_exists(checkpoints) || flush_files(checkpoints, &error)));
    free(checkpoints);
    if (whole || w->report->result == RONDO_RESULT_FAILED) return;
    fail(w, &error);
}

static void record(work *w)
{
    rondo_run_report *report = w->report;
    const rondo_run_result result = report->result;
    rondo_error error = {0};
    if (result == RONDO_RESULT_STOPPED || result == RONDO_RESULT_PAUSED) return;
    rondo_run_outcome outcome = {
        .state = result == RONDO_RESULT_DONE   ? RONDO_OUTCOME_DONE
                 : result == RONDO_RESULT_HELD ? RONDO_OUTCOME_HALTED
                                               : RONDO_OUTCOME_FAILED,
        .rung = result == RONDO_RESULT_HELD ? w->task->rung : w->before.rung,
        .epochs = w->end.epoch,
        .threads = w->task->threads,
        .seconds = w->before.seconds + rondo_clock_seconds() - w->started,
        .cpu_seconds = w->before.cpu_seconds + cpu_seconds() - w->cpu_started};
    memcpy(outcome.reason, report->reason, sizeof outcome.reason);
    /* Another process may have taken the run over, and what it does is not this one's to tell. */
    rondo_status status = rondo_run_folder_check(w->folder, w->lock, &error);
    if (!status) status = rondo_run_outcome_write(w->folder, &outcome, &error);
    if (!status && result != RONDO_RESULT_FAILED) rondo_deaths_clear(w->folder);
    if (!status) return;
    report->unrecorded = true;
    if (result != RONDO_RESULT_FAILED) fail(w, &error);
}

void rondo_run_one(const rondo_run_task *task, rondo_run_report *report)
{
    rondo_error error = {0};
    *report = (rondo_run_report){.result = RONDO_RESULT_STOPPED};
    work w = {.task = task,
              .report = report,
              .folder = rondo_plan_run_folder(task->folder, task->run),
              .started = rondo_clock_seconds(),
              .cpu_started = cpu_seconds()};
    if (!w.folder) {
        rondo_error_set(&error, RONDO_FAILED, "not enough memory: a run of a sweep");
        report->unrecorded = true;
        fail(&w, &error);
    } else if (!*task->stop && take(&w, &error)) {
        rondo_file_sync_from(w.started + young_seconds);
        set_result(&w, load_and_train(&w, &error), &error);
        flush(&w);
        record(&w);
    }
    rondo_lock_release(w.lock);
    free(w.folder);
}

rondo_status rondo_run_note_death(const char *sweep_folder, const rondo_plan_run *run,
                                  int signal_number, bool *failed, rondo_run_outcome *outcome,
                                  rondo_error *error)
{
    rondo_lock *lock = NULL;
    char *folder = rondo_plan_run_folder(sweep_folder, run);
    *failed = false;
    if (!folder) return rondo_error_set(error, RONDO_FAILED, "not enough memory: a run");
    rondo_status status = rondo_run_folder_try(folder, &lock, error);
    /* Somebody else has it already: then it counts (rondo_run_one found the lock left). */
    if (!status && lock && !rondo_run_outcome_exists(folder))
        status = rondo_deaths_add(folder, signal_number, failed, outcome, error);
    rondo_lock_release(lock);
    free(folder);
    return status;
}
