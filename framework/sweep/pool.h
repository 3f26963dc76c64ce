/* The local pool: plain `rondo sweep` starts workers, which are processes of the same program, and
 * keeps all processors busy: as many one-thread workers as processors, and, when fewer runs than
 * processors are left, more threads for those. A worker that is killed is replaced and its run goes
 * on; a run that takes its worker down again and again has failed (sweep/deaths.h). */
#ifndef RONDO_SWEEP_POOL_H
#define RONDO_SWEEP_POOL_H

#include "sweep/worker.h"

typedef struct rondo_pool_options {
    const rondo_sweep *sweep;
    const rondo_plan *plan;
    rondo_registry *registry;
    const char *const *arguments; /* of a worker: "sweep", the file, --worker ..; ends with NULL */
    int threads;                  /* in all; 0: as many as processors */
    const volatile sig_atomic_t *stop;
} rondo_pool_options;

/* Set in the environment of a worker: it reports its events on standard output, a line each:
 * "start 12", "end 12", "idle". */
#define RONDO_POOL_VARIABLE "RONDO_SWEEP_EVENTS"

/* Runs the sweep to its end. RONDO_OK: all runs are done, or halted at a rung; RONDO_FAILED: some
 * failed, and the others are done; RONDO_STOPPED: by a signal or train.max_minutes, or others have
 * runs in hand. [main] */
rondo_status rondo_pool_run(const rondo_pool_options *options, rondo_error *error);

/* A worker of a pool reports on standard output what it does. Pass it as
 * rondo_worker_options.report_event.
 */
void rondo_pool_report(void *context, const rondo_worker_event *event);

#endif
