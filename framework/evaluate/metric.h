/* What metrics (config/metric.h) are given: the data, one minibatch at a time with what the network
 * answers to it, and at the end what was added up for all of them. */
#ifndef RONDO_EVALUATE_METRIC_H
#define RONDO_EVALUATE_METRIC_H

#include "config/metric.h"
#include "data/batches/batch.h"
#include "evaluate/class_counts.h"
#include "evaluate/forecast.h"
#include "evaluate/label_count.h"
#include "model/pass.h"

typedef struct rondo_metric_data {
    const rondo_experiment *experiment;
    const rondo_dataset *dataset; /* outlives the metric's state */
} rondo_metric_data;

/* Targets that greedy search found for the rows of a minibatch: ids without the end symbol. */
typedef struct rondo_decoded {
    const int32_t **symbols; /* [rows] */
    int64_t *lengths;        /* [rows] */
} rondo_decoded;

/* Of the label sequences of a minibatch's rows. */
typedef struct rondo_label_errors {
    int64_t *errors; /* [rows]: edit distance of the answer to what is known */
    int64_t *labels; /* [rows]: how many are known */
} rondo_label_errors;

/* A prediction is one of a row where targets are per sequence, otherwise one of a packed row
 * (data/batches/batch.h); batch->targets has as many. */
typedef struct rondo_metric_batch {
    const void *state; /* as `start` filled it */
    const rondo_batch *batch;
    int64_t predictions;          /* how many */
    int64_t width;                /* K: of a prediction */
    int64_t first_class;          /* classes first_class .. K-1 are answered (rondo/loss.h) */
    const rondo_real *prediction; /* RONDO_NEEDS_PREDICTIONS: [predictions, K], before the loss's
                                     activation */
    const int32_t *classes;       /* RONDO_NEEDS_CLASSES: [predictions] */
    const rondo_decoded *decoded; /* RONDO_NEEDS_DECODED */
    const rondo_label_errors *label_errors; /* RONDO_NEEDS_LABELS */
} rondo_metric_batch;

/* Of a split or, added up, of several files. What no metric needs is NULL. */
typedef struct rondo_metric_totals {
    const void *state;
    const double *sums;
    const rondo_score *score;
    const rondo_class_counts *classes; /* RONDO_NEEDS_CLASSES */
    const rondo_label_count *entities; /* RONDO_NEEDS_ENTITIES: of all types */
    const rondo_forecast *forecast;    /* RONDO_NEEDS_FORECASTS */
} rondo_metric_totals;

/* All that are built in, one of each file of evaluate/metrics/; then NULL. */
extern const rondo_plugin *const rondo_builtin_metrics[];

#endif
