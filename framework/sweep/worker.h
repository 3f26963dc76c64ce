/* A worker takes run after run of a sweep from its folder until none is free, and trains them in
 * this process. Any number of workers, on any machines that see the folder, share a sweep. */
#ifndef RONDO_SWEEP_WORKER_H
#define RONDO_SWEEP_WORKER_H

#include "sweep/run_one.h"

/* What a worker reports while it works. */
typedef struct rondo_worker_event {
    const rondo_plan_run *run;
    bool is_start;                  /* the run begins; otherwise it has ended: */
    const rondo_run_report *report; /* NULL at a start */
} rondo_worker_event;

typedef struct rondo_worker_options {
    const rondo_sweep *sweep;
    const rondo_plan *plan; /* as the sweep's folder has it */
    rondo_registry *registry;
    int threads;    /* of a run, at most; 0: what its config says */
    double started; /* of this process */
    const volatile sig_atomic_t *stop;
    void (*report_event)(void *context, const rondo_worker_event *event);
    void *context;
} rondo_worker_options;

/* Trains what is missing or was stopped, in the order of the numbers; what failed before is left
 * (rondo_ledger_retry), and what others have in hand is not waited for, unless a halving needs it
 * to go on: then the worker checks every fraction of a second. Three failures in a row that cannot
 * be written down (a full disk) end it. RONDO_STOPPED: by a signal or
 * train.max_minutes; RONDO_FAILED: at least one run failed here. [main] */
rondo_status rondo_worker_run(const rondo_worker_options *options, rondo_error *error);

/* One run by its number, tried again if it failed; of a halving it goes as far as it may now.
 * RONDO_OK: done, now or before, or halted at a rung; RONDO_STOPPED: run it again (also where
 * another process has it); RONDO_FAILED; RONDO_USAGE: no such run. [main] */
rondo_status rondo_worker_run_number(const rondo_worker_options *options, int64_t number,
                                     rondo_error *error);

/* From now on a signal tells this process to use another number of threads, also for the run at
 * hand, which goes on from a checkpoint. [main] */
void rondo_worker_catch_threads(void);

/* Sends it. [main] */
void rondo_worker_send_threads(int64_t process, int threads);

/* Whether more is better, of the metric that the halving ranks by, or NULL for plan->metric. */
rondo_status rondo_worker_direction(const rondo_sweep *sweep, const rondo_plan *plan,
                                    rondo_registry *registry, const char *metric, bool *higher,
                                    rondo_error *error);

#endif
