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

#include "model/pass.h"
#include "session/session.h"
#include "train/trainer_options.h"

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
