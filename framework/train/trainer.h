/* The run: minibatches become updates, updates become a trained model in a run folder.
 *
 *   <folder>/config.yaml       the resolved config
 *            metrics.jsonl     the journal; metrics.h5 the same as columns
 *            checkpoints/      latest.h5, latest-1.h5 .., best.h5
 *            log.txt
 *            lock              while a process trains here
 *
 * The loop is trainer.c; read it first. A run stops after train.epochs or train.max_steps, by early
 * stopping, after train.max_minutes of this process, at the end of the epoch `until_epoch`, or when
 * *stop or *pause becomes non-zero: in the last four cases it writes a checkpoint and returns
 * RONDO_STOPPED. Resumed from any checkpoint it goes on bit for bit.
 *
 * Of several ranks rank 0 has the folder, evaluates and tells; the others compute their shards of
 * every minibatch (train/shards.h). What fails on one fails on all, with one message.
 */
#ifndef RONDO_TRAIN_TRAINER_H
#define RONDO_TRAIN_TRAINER_H

#include <signal.h>
#include <stdbool.h>

#include "base/lock.h"
#include "model/pass.h"
#include "session/session.h"
#include "train/ranks.h"

/* Where a run ended. */
typedef struct rondo_trainer_end {
    int64_t step, epoch; /* whole ones that are done */
    bool is_held;        /* RONDO_STOPPED: at the end of until_epoch */
    bool is_paused;      /* RONDO_STOPPED: by *pause, and not by *stop */
} rondo_trainer_end;

typedef struct rondo_trainer_options {
    bool resume;                        /* go on from the folder's newest checkpoint, if any */
    bool overwrite;                     /* replace a run that is in the folder */
    const volatile sig_atomic_t *stop;  /* set by a signal handler */
    const volatile sig_atomic_t *pause; /* likewise; NULL: none. For a run that goes on at once */
    int64_t until_epoch;    /* no further, whatever the config says; schedules see its whole length.
                               0: to the end */
    rondo_trainer_end *end; /* filled, also on failure; NULL: nobody asks */
    double started;         /* of this process, for train.max_minutes (base/clock.h) */
    const rondo_lock *lock; /* of the run folder (train/run_folder.h), where it is taken
                               already; NULL: the run takes it */
    rondo_registry *registry; /* to read the config in a checkpoint */
    const rondo_ranks *ranks; /* that train together, none of them paused; NULL: this process */
} rondo_trainer_options;

/* [main] */
rondo_status rondo_trainer_run(rondo_session *session, const rondo_trainer_options *options,
                               rondo_error *error);

/* Bytes a run takes apart from the data set and the order of its sequences: parameters, gradient,
 * slots, pass, the training split's two minibatches, predicted classes and their counts (where
 * there are any). Exact. `dataset` is NULL where it is not there yet. */
typedef struct rondo_memory_plan {
    size_t parameters, gradient, slots, pass, decoding, minibatches, evaluation, checkpoint, total;
    int64_t rows, steps, tokens; /* largest minibatch */
} rondo_memory_plan;

rondo_status rondo_trainer_plan(const rondo_network *network, const rondo_experiment *experiment,
                                const rondo_dataset *dataset, const rondo_pass_size *size,
                                rondo_memory_plan *plan, rondo_error *error);

#endif
