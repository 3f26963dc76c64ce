/* One run of a plan, trained in this process: what `rondo train BASE --set .. --output FOLDER`
 * makes, to the bit, with data that are kept between runs. */
#ifndef RONDO_SWEEP_RUN_ONE_H
#define RONDO_SWEEP_RUN_ONE_H

#include <signal.h>

#include "session/dataset_cache.h"
#include "sweep/ledger.h"

typedef struct rondo_run_task {
    const char *base;   /* path of the base config, from the current folder */
    const char *folder; /* of the sweep */
    const rondo_plan_run *run;
    rondo_registry *registry;
    rondo_dataset_cache *cache; /* of data sets */
    int threads;                /* at most, as many as train fastest; 0: what the config says */
    bool retry;                 /* train it though it has failed */
    int64_t rung;               /* the run is held at the end of this rung (from 1) .. */
    int64_t until_epoch;        /* .. which is this epoch; 0: it goes to its end */
    double started;             /* of this process, for train.max_minutes */
    const volatile sig_atomic_t *stop, *pause;
} rondo_run_task;

typedef enum rondo_run_result {
    RONDO_RESULT_DONE = 0,    /* now, or before */
    RONDO_RESULT_FAILED = 1,  /* likewise; `reason` says why */
    RONDO_RESULT_HELD = 2,    /* at the end of its rung */
    RONDO_RESULT_STOPPED = 3, /* by *stop, or train.max_minutes: it goes on some other time */
    RONDO_RESULT_PAUSED = 4,  /* by *pause: it goes on at once */
    RONDO_RESULT_TAKEN = 5    /* another process has it */
} rondo_run_result;

typedef struct rondo_run_report {
    rondo_run_result result;
    bool was_so;     /* the result is of before: nothing was trained */
    bool unrecorded; /* it failed, and its folder cannot say so (a full disk, permissions) */
    char reason[RONDO_REASON_SIZE];
} rondo_run_report;

/* Takes the run, trains it from its newest checkpoint, and writes its outcome. Whatever is wrong
 * with the run, or with its folder, is in the report, because others go on. [main] */
void rondo_run_one(const rondo_run_task *task, rondo_run_report *report);

/* A process that this one started died by a signal in the run. Counts (sweep/deaths.h); *failed
 * where the run has failed by it. [main] */
rondo_status rondo_run_note_death(const char *sweep_folder, const rondo_plan_run *run,
                                  int signal_number, bool *failed, rondo_run_outcome *outcome,
                                  rondo_error *error);

#endif
