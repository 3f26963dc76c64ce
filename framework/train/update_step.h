/* One update, from a minibatch to the next weights: noise, scheduled sampling, forward and
 * backward, the optimizer, packing of the new weights. Training and benchmarks make the same one.
 */
#ifndef RONDO_TRAIN_UPDATE_STEP_H
#define RONDO_TRAIN_UPDATE_STEP_H

#include "train/noise.h"
#include "train/scheduled_sampling.h"
#include "train/shards.h"
#include "train/update.h"

typedef struct rondo_update_step {
    rondo_session *session; /* its parameters are moved */
    const rondo_noise *noise;
    rondo_scheduled_sampling *sampling; /* NULL: teacher forcing */
    rondo_pass *pass;                   /* has the parameters loaded */
    rondo_updater *updater;             /* on as many threads as the pass */
    rondo_real *gradient;               /* [layout.trained_size] */
    rondo_batch *batch;
    rondo_shards *shards; /* NULL: one. Then on all ranks together */
    int64_t number;       /* of the update, 1 for the first */
    double learning_rate;
    /* what comes of it */
    rondo_score score;
    rondo_update_report report;
    double update_seconds;  /* of the optimizer */
    rondo_step_flags flags; /* with shards: in, of this rank; out, of any */
    bool not_finite_here;   /* with shards: what is not finite is in a shard of this rank */
} rondo_update_step;

/* Where the loss or the gradient's norm is not finite the parameters stay as they were, and the
 * report's norm is not finite; the caller stops the run. Cannot fail. [main] */
void rondo_update_step_make(rondo_update_step *step);

/* Of such a step, while its minibatch is still there, where the trouble entered: "the loss is not
 * finite, first in layers/0/forward (cell gru), time step 3 of 20, stage 1: gate update_gate". What
 * is behind that is not finite either. [main] */
void rondo_update_step_find_not_finite(const rondo_update_step *step, rondo_text *what);

#endif
