/* The gradient of a minibatch in train.shards parts: each shard of rows (data/batches/shard.h)
 * makes a pass of its own, and the sums over shards follow one tree (train/tree_sum.h). So the bits
 * are those of the config, whatever the number of ranks; a rank computes its range of shards and
 * gets the sums of all.
 *
 * Losses, weights and metrics go the same way, in double, and with them what ranks must agree on in
 * every step: whether one of them was told to stop, or its time is over.
 */
#ifndef RONDO_TRAIN_SHARDS_H
#define RONDO_TRAIN_SHARDS_H

#include "data/batches/shard.h"
#include "model/pass.h"
#include "session/session.h"
#include "train/overlap.h"
#include "train/scheduled_sampling.h"
#include "train/tree_sum.h"

/* What one rank knows and all must do something about. */
typedef struct rondo_step_flags {
    bool stop;      /* a signal came */
    bool late;      /* train.max_minutes are over */
    double seconds; /* of update steps before this one; out: what rank 0 counted */
} rondo_step_flags;

typedef struct rondo_shards {
    const rondo_ranks *ranks;
    int64_t count; /* S */
    rondo_shard *shard;
    rondo_batch batch; /* the shard at hand, or the last one, which the pass still looks at */
    rondo_tree_sum sum;
    bool carries;        /* states from minibatch to minibatch */
    int64_t state_count; /* of the network */
    rondo_carried
        *carried; /* [state_count], of all rows of the minibatch; zeros where none is carried */
    double *scores, *room;  /* gathered, [ranks][block] */
    int64_t block;          /* doubles of a rank: flags, then its shards' scores */
    double *rows;           /* [S]: scores in the order of the shards */
    double waited;          /* seconds until the last rank had its scores */
    double summed;          /* seconds that sums between ranks kept this one from computing */
    rondo_overlap *overlap; /* NULL: nothing is passed on before all is computed */
    int64_t filled;         /* shards of the minibatch at hand that have rows */
    rondo_score score;      /* of the whole of it, once gathered */
    rondo_step_flags flags; /* likewise */
} rondo_shards;

/* One minibatch at work. */
typedef struct rondo_shards_step {
    rondo_pass *pass;
    rondo_scheduled_sampling *sampling; /* NULL: teacher forcing */
    const rondo_real *parameters;       /* that sampling reads */
    const rondo_batch *batch;
    int64_t number;         /* of the update */
    rondo_step_flags flags; /* in: of this rank */
    bool not_finite; /* out: a shard of this rank has a loss that is not finite; `pass` still has
                        its minibatch */
} rondo_shards_step;

/* RONDO_USAGE: more ranks than shards. [any] */
rondo_status rondo_shards_check(int64_t shards, const rondo_ranks *ranks, rondo_error *error);

/* For an experiment with more than one shard, at least one a rank; `whole` is the largest minibatch
 * of training, `pass` the one that every step will have; sums go into `gradient`,
 * [layout.trained_size]. Finish in any case. [main] */
rondo_status rondo_shards_start(const rondo_session *session, const rondo_ranks *ranks,
                                const rondo_shard_size *whole, const rondo_pass *pass,
                                rondo_real *gradient, rondo_shards *shards, rondo_error *error);
void rondo_shards_finish(rondo_shards *shards);

/* Bytes that start takes on rank 0 of one, apart from the copy of a shard. */
size_t rondo_shards_bytes(const rondo_network *network, const rondo_experiment *experiment,
                          int64_t rows);

/* Passes of this rank's shards, on the threads of the pass. In rondo_parallel_region. [main] */
void rondo_shards_compute(rondo_shards *shards, rondo_shards_step *step);

/* Then on all ranks together: the score of the minibatch, the flags that any rank has set and,
 * where the loss is finite, the gradient. [main] */
void rondo_shards_complete(rondo_shards *shards, int threads, rondo_score *score,
                           rondo_step_flags *flags);

/* Carried states of all rows come to rank 0, which alone has them then; and those of rank 0 go to
 * all. On all ranks together. [main] */
void rondo_shards_collect_states(rondo_shards *shards);
void rondo_shards_spread_states(rondo_shards *shards);

#endif
