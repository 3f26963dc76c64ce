/* Successive halving: all runs train to the first rung, the best of them to the next, and so on.
 *
 * Who goes on is decided when every run of a rung has arrived or failed, by rank among all of them:
 * the metric at the rung's epoch, ties by number, runs without a finite value last. So it follows
 * from the journals alone, whoever looks, and when. The decision is kept in the sweep folder
 * (rung-1.yaml, ..), by the first who makes it: a run that failed in a rung and is tried again
 * afterwards finds its place taken.
 *
 * K. Jamieson and A. Talwalkar, "Non-stochastic best arm identification and hyperparameter
 * optimization", AISTATS 2016, algorithm 1. */
#ifndef RONDO_SWEEP_HALVING_H
#define RONDO_SWEEP_HALVING_H

#include "sweep/plan.h"

typedef struct rondo_halving rondo_halving;

/* What a run has to do. */
typedef struct rondo_halving_goal {
    bool is_out;         /* no more than its rung: it was not promoted */
    bool is_there;       /* nothing yet: it stands at its rung, which is not decided */
    int64_t rung;        /* from 1: it trains to the end of this one .. */
    int64_t until_epoch; /* .. which is this epoch; 0: the last one, to the end of the run */
} rondo_halving_goal;

/* `higher`: more of halving.metric is better. The plan outlives it. [main] */
rondo_status rondo_halving_open(const char *sweep_folder, const rondo_plan *plan, bool higher,
                                rondo_halving **out, rondo_error *error);
void rondo_halving_close(rondo_halving *halving);

/* Reads the decisions that were made; and, where it may decide, makes one when all runs of a rung
 * have arrived. [main] */
rondo_status rondo_halving_update(rondo_halving *halving, bool may_decide, rondo_error *error);

/* Of plan->runs[run], as of the last update. */
rondo_halving_goal rondo_halving_goal_of(const rondo_halving *halving, int64_t run);

/* The run is seen to stand at this rung, or to be done: it is not looked at again. */
void rondo_halving_arrive(rondo_halving *halving, int64_t run);

/* A run of a rung with its value there. */
typedef struct rondo_ranked {
    int64_t number;
    double value; /* NaN: failed, or not finite */
} rondo_ranked;

/* Best first. */
void rondo_halving_rank(rondo_ranked *runs, int64_t count, bool higher);

#endif
