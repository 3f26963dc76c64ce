/* How long a sweep will take, from a few update steps of each shape. Private to sweep/ and to the
 * verb sweep. */
#ifndef RONDO_SWEEP_ESTIMATE_H
#define RONDO_SWEEP_ESTIMATE_H

#include <signal.h>

#include "sweep/shapes.h"

typedef struct rondo_estimate {
    int64_t measured;     /* shapes; of the others a step takes the time of its FLOPs at the mean
                             rate of the measured ones */
    double *step_seconds; /* [shapes->count], with one thread */
    double *run_seconds;  /* [plan->variant_count]: updates and evaluation, without the start */
    double *run_flops;    /* [plan->variant_count]: of training */
    double seconds;       /* of all runs, one after another, with one thread */
    double flops;
    double halving_share; /* of the work that a halving leaves; 1 without one */
} rondo_estimate;

/* Trains a few steps of each shape until `limit` seconds are over, and one shape at least.
 * train.epochs and train.max_steps are taken from the configs. Arrays live as long as the plan.
 * RONDO_STOPPED: *stop became non-zero. [main] */
rondo_status rondo_estimate_make(const rondo_sweep *sweep, rondo_plan *plan,
                                 const rondo_shapes *shapes, rondo_registry *registry,
                                 rondo_dataset_cache *cache, double limit,
                                 const volatile sig_atomic_t *stop, rondo_estimate *estimate,
                                 rondo_error *error);

/* Share of the epochs of `runs` whole runs that a halving trains; 1 without halving. */
double rondo_halving_share(const rondo_halving_config *halving, int64_t runs);

/* Update steps of a run: epochs, or fewer by max_steps (0: no limit). */
int64_t rondo_estimate_steps(int64_t epochs, int64_t epoch_steps, int64_t max_steps);

#endif
