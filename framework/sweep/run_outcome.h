/* How a run of a sweep ended: outcome.yaml in its run folder, written when the sweep has nothing
 * more to do with it for now. Times, hosts and thread counts stand here and in the metrics alone.
 */
#ifndef RONDO_SWEEP_RUN_OUTCOME_H
#define RONDO_SWEEP_RUN_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum { RONDO_REASON_SIZE = 1024 };

typedef enum rondo_outcome_state {
    RONDO_OUTCOME_DONE = 0,
    RONDO_OUTCOME_FAILED = 1,
    RONDO_OUTCOME_HALTED =
        2 /* stands at a rung of a halving, and goes no further unless promoted */
} rondo_outcome_state;

typedef struct rondo_run_outcome {
    rondo_outcome_state state;
    int64_t rung;                   /* from 1: the last one reached; 0: none, or no halving */
    int64_t epochs;                 /* whole ones trained */
    char reason[RONDO_REASON_SIZE]; /* failed: one line; otherwise "" */
    int64_t threads;
    double seconds, cpu_seconds; /* of the process that wrote it, and of the rungs before */
} rondo_run_outcome;

/* Of a run folder. *found is false where there is none, or one that is damaged: the run is then
 * what its checkpoints say. [main] */
rondo_status rondo_run_outcome_read(const char *run_folder, rondo_run_outcome *outcome, bool *found,
                                    rondo_error *error);

/* Whether there is one, without reading it. [main] */
bool rondo_run_outcome_exists(const char *run_folder);

/* Atomically, with host, kernel and version of this process. [main] */
rondo_status rondo_run_outcome_write(const char *run_folder, const rondo_run_outcome *outcome,
                                     rondo_error *error);

/* The run has no outcome any more. None is fine. [main] */
rondo_status rondo_run_outcome_remove(const char *run_folder, rondo_error *error);

#endif
