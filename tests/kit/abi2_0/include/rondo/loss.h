/* The loss ABI: predictions and targets of some rows -> loss of each row and gradient of their sum.
 *
 * A row is one prediction (one step of one sequence). The host adds the rows' losses in double in a
 * fixed order and divides once by the sum of weights; so does it with metrics.
 */
#ifndef RONDO_LOSS_H
#define RONDO_LOSS_H

#include "rondo/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { RONDO_MAX_METRICS = 8 };

typedef enum rondo_target {
    RONDO_TARGET_CLASS = 1,  /* one class index a row */
    RONDO_TARGET_VALUES = 2, /* `width` real values a row */
    RONDO_TARGET_BINARY = 3  /* `width` values in [0, 1] a row */
} rondo_target;

/* Where a metric comes from: the plugin's own row values, or the mean loss. EXP_OF_LOSS and
 * LOSS_IN_BITS are said of symbols of a text: the host shows them for language models and
 * encoder-decoders, and leaves them out where a row is a class or a tag. A ratio of sums (not a
 * mean of ratios) takes two entries: RATIO, and behind it its WHOLE, which is not shown. */
typedef enum rondo_metric_rule {
    RONDO_METRIC_MEAN = 1,         /* mean over rows of the plugin's row value */
    RONDO_METRIC_EXP_OF_LOSS = 2,  /* perplexity */
    RONDO_METRIC_LOSS_IN_BITS = 3, /* loss / ln 2: bits per symbol */
    RONDO_METRIC_ROOT_OF_LOSS = 4, /* root mean squared error */
    RONDO_METRIC_RATIO = 5,        /* sum over rows of the row value, divided by the sum of WHOLE */
    RONDO_METRIC_WHOLE = 6         /* the row value is the divisor of the RATIO before it */
} rondo_metric_rule;

typedef struct rondo_loss_metric {
    const char *name;
    const char *unit; /* "nats", "bits", "1" */
    int32_t rule;     /* rondo_metric_rule */
    bool higher_is_better;
} rondo_loss_metric;

/* Whether it means something only where a row is a symbol of a text. */
static inline bool rondo_loss_metric_is_of_text(const rondo_loss_metric *metric)
{
    return metric->rule == RONDO_METRIC_EXP_OF_LOSS || metric->rule == RONDO_METRIC_LOSS_IN_BITS;
}

/* Whether the plugin writes a row value for it. */
static inline bool rondo_loss_metric_has_rows(const rondo_loss_metric *metric)
{
    return metric->rule == RONDO_METRIC_MEAN || metric->rule == RONDO_METRIC_RATIO ||
           metric->rule == RONDO_METRIC_WHOLE;
}

typedef struct rondo_loss_tile {
    int64_t rows;
    int64_t width;                /* K: classes or values of one prediction */
    const rondo_real *prediction; /* [rows, width], rows apart by prediction_stride */
    int64_t prediction_stride;
    const int32_t *target_class;     /* [rows], each in 0 .. K-1; NULL unless RONDO_TARGET_CLASS */
    const rondo_real *target_values; /* [rows, width] without gaps; NULL for RONDO_TARGET_CLASS */
    double *loss;                    /* [rows]: written */
    double *metrics;          /* [rows, metric_count]: written where rondo_loss_metric_has_rows */
    rondo_real *d_prediction; /* [rows, width], written: d(sum of losses)/d prediction; rows
                                 apart by prediction_stride; may be `prediction` itself;
                                 NULL: evaluation only */
    int32_t first_class;      /* of RONDO_TARGET_CLASS: what the model answers is the best of
                                 classes first_class .. K-1. A metric of answers (accuracy)
                                 ranks these alone; the loss is of all K */
} rondo_loss_tile;

typedef struct rondo_loss {
    rondo_plugin head;
    int32_t target; /* rondo_target */
    int32_t metric_count;
    rondo_loss_metric metrics[RONDO_MAX_METRICS];

    /* REQUIRED. [worker] */
    void (*rows)(const void *config, const rondo_loss_tile *tile);

    /* REQUIRED. Prediction to what a user reads: probabilities (softmax, sigmoid) or values
     * (identity). In place allowed. [worker] */
    void (*activate)(const void *config, int64_t rows, int64_t width, const rondo_real *prediction,
                     int64_t prediction_stride, rondo_real *output, int64_t output_stride);
} rondo_loss;

#ifdef __cplusplus
}
#endif
#endif
