/* The state of a run at work: shared by its start (run_start.c), the loop (trainer.c), what it
 * writes (record.c) and what it keeps (snapshot.c). Private to train/. */
#ifndef RONDO_TRAIN_RUN_H
#define RONDO_TRAIN_RUN_H

#include "data/batches/batch_loader.h"
#include "evaluate/evaluate.h"
#include "model/pass.h"
#include "store/metrics.h"
#include "train/monitor.h"
#include "train/noise.h"
#include "train/schedule.h"
#include "train/scheduled_sampling.h"
#include "train/shards.h"
#include "train/thread_choice.h"
#include "train/trainer_options.h"
#include "train/update.h"

/* Sums since a point in the run: of an epoch, or since the last record. */
typedef struct rondo_running_totals {
    rondo_score score;
    double norm_sum; /* of gradient norms */
    int64_t steps;
    int64_t clipped;
} rondo_running_totals;

/* Where the run is: everything that is not a parameter, a slot or a carried state. */
typedef struct rondo_position {
    int64_t step;      /* updates done */
    int64_t epoch;     /* epochs done */
    int64_t minibatch; /* minibatches of the epoch at hand that are done */
    rondo_running_totals epoch_totals, record_totals;
    rondo_monitor monitor;
    rondo_schedule_state schedule;
    double trained_seconds; /* of update steps; kept only where train.max_seconds counts them */
} rondo_position;

/* What this process trained since a moment; a resumed epoch's first part is not in it. */
typedef struct rondo_run_timer {
    double started;                  /* seconds of the clock */
    double waited;                   /* seconds waited for data before that */
    double rank_waited, rank_summed; /* and for other ranks, and sums between them */
    int64_t tokens;
} rondo_run_timer;

typedef struct rondo_run {
    rondo_session *session;
    const rondo_trainer_options *options;
    rondo_batch_loader *loader;           /* of the training split */
    rondo_batches *batches[RONDO_SPLITS]; /* of the others; NULL where one has no sequences */
    rondo_pass *pass;
    rondo_scheduled_sampling *sampling; /* NULL: teacher forcing */
    rondo_evaluator *evaluator;
    int64_t monitored_row; /* the evaluator's row that train.monitor names */
    rondo_updater updater;
    rondo_thread_choice threads;
    double located_seconds; /* of training, since threads were last located */
    rondo_real *gradient;
    bool is_first; /* of the ranks: it evaluates, tells and writes */
    rondo_shards shards;
    bool is_sharded;       /* more than one shard */
    rondo_step_flags seen; /* by any rank, before the last update */
    rondo_noise noise;
    rondo_metrics *metrics;
    rondo_lock *own_lock;    /* NULL where the caller took it */
    const rondo_lock *lock;  /* of the run folder */
    rondo_identity identity; /* of the data */
    rondo_position position;
    int64_t steps_an_epoch, total_steps;
    char *checkpoints;                             /* <folder>/checkpoints */
    char *config;                                  /* resolved */
    rondo_array *slot_arrays[RONDO_MAX_SLOTS + 1]; /* and, where evaluation has others, the weights
                                                      of training, named as a slot */
    int32_t slot_array_count;
    rondo_real *training_weights; /* [trained_size], while session->parameters are those to evaluate
                                     with; NULL: evaluation has the same */
    rondo_run_timer epoch_timer, record_timer;
    int64_t restored_step;  /* of the checkpoint that the parameters are of; -1: the last update */
    double first_loss;      /* before the first update; NaN where another process made it */
    int64_t evaluated_step; /* step of the last validation, or -1 */
    int64_t saved_step;     /* step of the last checkpoint, or -1 */
    rondo_evaluation valid; /* of evaluated_step */
} rondo_run;

/* run_start.c: the folder, all memory, and the newest checkpoint where the run goes on. Finish in
 * any case. */
rondo_status rondo_run_start(rondo_run *run, rondo_error *error);
void rondo_run_finish(rondo_run *run);

/* Status and message become those of all ranks. */
rondo_status rondo_run_agree(const rondo_run *run, rondo_status status, rondo_error *error);

/* snapshot.c: the run as a checkpoint, on all ranks together; and back, on the first, after which
 * `spread` gives all of it to the others. */
void rondo_run_spread(rondo_run *run);
rondo_status rondo_run_save(rondo_run *run, bool best, rondo_error *error);
rondo_status rondo_run_load(rondo_run *run, const char *path, rondo_error *error);

/* evaluation_weights.c: where the optimizer evaluates with other weights than it trains
 * (rondo/optimizer.h), session->parameters become these, and the weights of training are put aside;
 * and back. The pass is loaded by the caller. */
rondo_status rondo_run_start_evaluation_weights(rondo_run *run, rondo_error *error);
void rondo_run_show_evaluation_weights(rondo_run *run);
void rondo_run_show_training_weights(rondo_run *run);

/* record.c: metrics and log lines. */
rondo_run_timer rondo_run_start_timer(const rondo_run *run);
/* What the run trains and on what, once, at step 0: records of kind "model" and "data". */
rondo_status rondo_run_record_start(rondo_run *run, rondo_error *error);

rondo_status rondo_run_record_steps(rondo_run *run, double learning_rate, rondo_error *error);
/* An epoch has the learning rate of its last update. */
rondo_status rondo_run_record_epoch(rondo_run *run, double learning_rate, rondo_error *error);
rondo_status rondo_run_record_evaluation(rondo_run *run, rondo_split split,
                                         const rondo_evaluation *evaluation, double seconds,
                                         rondo_error *error);
/* Of the test split: log lines of forecasts, and a record for each kind that metrics have for
 * themselves. */
rondo_status rondo_run_record_own(rondo_run *run, const rondo_evaluation *evaluation,
                                  rondo_error *error);

#endif
