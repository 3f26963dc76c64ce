/* A split through the network, forward only, and what the metrics of its experiment say of it. */
#ifndef RONDO_EVALUATE_EVALUATE_H
#define RONDO_EVALUATE_EVALUATE_H

#include "config/metric_rows.h"
#include "evaluate/entities.h"
#include "evaluate/metric.h"
#include "session/session.h"

/* What was found. Values stand in the order of the experiment's rows (rondo_experiment_metrics). */
typedef struct rondo_evaluation {
    rondo_score score;
    bool has[RONDO_MAX_METRIC_ROWS]; /* the row was measured */
    double values[RONDO_MAX_METRIC_ROWS];
} rondo_evaluation;

/* All that is counted while a split is evaluated: memory for every metric that the experiment and
 * its data have. */
typedef struct rondo_evaluator rondo_evaluator;

/* Minibatches are at most of that size; session and its data outlive the evaluator. [main] */
rondo_status rondo_evaluator_create(const rondo_session *session, const rondo_pass_size *size,
                                    rondo_evaluator **out, rondo_error *error);
void rondo_evaluator_destroy(rondo_evaluator *evaluator);

/* Bytes that create takes, but for decoding (evaluate/decoding.h). */
size_t rondo_evaluator_bytes(const rondo_experiment *experiment, const rondo_dataset *dataset,
                             const rondo_pass_size *size);

/* Whether the pass must keep predictions (rondo_pass_size). */
bool rondo_evaluator_keeps_predictions(const rondo_experiment *experiment,
                                       const rondo_dataset *dataset);

/* How much of it a run at work wants of its validation split. */
typedef enum rondo_evaluation_extent {
    RONDO_EVALUATE_ALL = 0,
    RONDO_EVALUATE_VALIDATION = 1 /* no costly metric but that of train.monitor, and at most
                                     train.decoded_sequences are decoded */
} rondo_evaluation_extent;

/* All minibatches of `batches`, which are the split's, with the session's parameters loaded into
 * `pass`; every token counts once. What was counted before is forgotten. The progress bar is shown
 * with the split's name. [main] */
void rondo_evaluator_run(rondo_evaluator *evaluator, rondo_pass *pass, rondo_batches *batches,
                         rondo_split split, rondo_evaluation_extent extent,
                         rondo_evaluation *evaluation);

/* What the sums of the loss alone say, of training. [main] */
void rondo_evaluator_of_score(const rondo_evaluator *evaluator, const rondo_score *score,
                              rondo_evaluation *evaluation);

/* What was counted of another file is added, and its values come to those of both. [main] */
void rondo_evaluator_add(rondo_evaluator *evaluator, rondo_evaluation *evaluation,
                         const rondo_evaluator *more, const rondo_evaluation *other);

/* Rows of the experiment, in the order in which they are shown. */
const rondo_metric_row *rondo_evaluator_rows(const rondo_evaluator *evaluator, int64_t *count);

/* What was counted besides; NULL: nothing. */
const rondo_class_counts *rondo_evaluator_classes(const rondo_evaluator *evaluator);
const rondo_entities *rondo_evaluator_entities(const rondo_evaluator *evaluator);
const rondo_forecast *rondo_evaluator_forecast(const rondo_evaluator *evaluator);

/* RONDO_USAGE where train.monitor names a metric that these data do not have, which only the data
 * say. [main] */
rondo_status rondo_evaluator_check_monitor(const rondo_experiment *experiment,
                                           const rondo_dataset *dataset, rondo_error *error);

#endif
