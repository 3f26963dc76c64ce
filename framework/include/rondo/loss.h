/* The loss ABI: predictions and targets of some rows -> loss of each row and gradient of their sum.
 *
 * A row is one prediction (one step of one sequence). The host adds the rows' losses in double in a
 * fixed order and divides once by the sum of weights; so does it with metrics.
 *
 * A loss of values may predict several numbers for each value of a target: some quantiles, a mean and
 * a deviation. Then a prediction is so many parts, each as wide as the target, side by side:
 *
 *     [part 0 of all values | part 1 of all values | ..]        width = parts x target_width
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
    RONDO_TARGET_BINARY = 3, /* `width` values in [0, 1] a row */
    RONDO_TARGET_LABELS = 4  /* classes for each sequence, not one for each row */
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
    int64_t width;                /* K: classes or numbers of one prediction */
    const rondo_real *prediction; /* [rows, width], rows apart by prediction_stride */
    int64_t prediction_stride;
    const int32_t *target_class;     /* [rows], each in 0 .. K-1; NULL unless RONDO_TARGET_CLASS */
    const rondo_real *target_values; /* [rows, target_width] without gaps; NULL for
                                        RONDO_TARGET_CLASS */
    double *loss;                    /* [rows]: written */
    double *metrics;          /* [rows, metric_count]: written where rondo_loss_metric_has_rows */
    rondo_real *d_prediction; /* [rows, width], written: d(sum of losses)/d prediction; rows
                                 apart by prediction_stride; may be `prediction` itself;
                                 NULL: evaluation only */
    int32_t first_class;      /* of RONDO_TARGET_CLASS: what the model answers is the best of
                                 classes first_class .. K-1. A metric of answers (accuracy)
                                 ranks these alone; the loss is of all K */
    int64_t target_width;     /* of values: K over the loss's parts. Of classes K */
    const void *reserved[4];
} rondo_loss_tile;

enum { RONDO_MAX_LOSS_PARTS = 64 };

/* One of the numbers that are predicted for each value of a target. */
typedef struct rondo_loss_part {
    const char *name; /* [a-z][a-z0-9_]*: behind the value's own name, "Temp_mean" */
    bool has_number;  /* and a number behind that: "Temp_quantile_0.9" */
    bool is_spread;   /* a deviation: in the data's units it is scaled, not moved */
    double number;
    const void *reserved[2];
} rondo_loss_part;

/* --- losses of whole sequences --- */

enum { RONDO_MAX_LOSS_PARAMETERS = 4 };

/* A parameter of the loss's own, [rows, columns], which starts at 0 and is trained like any other:
 * "loss/NAME" in a checkpoint. */
typedef struct rondo_loss_parameter {
    const char *name;
    int64_t rows, columns;
} rondo_loss_parameter;

/* One sequence: step t is row row[t] of the arrays that are by row. Its targets are a class for each step
 * (RONDO_TARGET_CLASS), or `label_count` classes for the whole of it (RONDO_TARGET_LABELS). */
typedef struct rondo_loss_sequence {
    int64_t steps;
    int64_t width;                /* K */
    const int64_t *row;           /* [steps] */
    const rondo_real *prediction; /* by row, rows apart by prediction_stride */
    int64_t prediction_stride;
    const int32_t *target_class; /* by row; NULL: only `classes` are wanted. NULL for labels */
    int32_t first_class;         /* answers are classes first_class .. K-1 */
    const rondo_real *parameters[RONDO_MAX_LOSS_PARAMETERS];
    double *loss;    /* written: of the whole sequence; with targets */
    double *metrics; /* [metric_count]: written: sums over the steps; with targets */
    rondo_real
        *d_prediction; /* by row, written; may be `prediction` itself. NULL: evaluation only */
    double
        *d_parameters[RONDO_MAX_LOSS_PARAMETERS]; /* zeroed; added to where d_prediction is there */
    int32_t *classes; /* by row, written: the answer to each step; NULL: not wanted, or labels */
    double *scratch;  /* [scratch(config, steps, width)], or of label_scratch */

    /* Of RONDO_TARGET_LABELS. The host has refused sequences that are too short for their labels: labels
     * and pairs of equal neighbours among them are together at most `steps`. */
    const int32_t *labels; /* [label_count], none of them `blank`; NULL: only `answer` is wanted */
    int64_t label_count;   /* 0: the sequence has no label */
    int64_t blank;         /* the class of a step at which no label is said */
    int32_t *answer;       /* [steps], written: the labels that are answered, of classes
                              first_class .. K-1; NULL: not wanted */
    int64_t *answer_count; /* written with it: how many, at most `steps` */
    const void *reserved[3];
} rondo_loss_sequence;

typedef struct rondo_loss {
    rondo_plugin head;
    int32_t target; /* rondo_target */
    int32_t metric_count;
    rondo_loss_metric metrics[RONDO_MAX_METRICS];

    /* REQUIRED but with `sequence`. [worker] */
    void (*rows)(const void *config, const rondo_loss_tile *tile);

    /* REQUIRED. Prediction to what a user reads: probabilities (softmax, sigmoid) or values
     * (identity). In place allowed. [worker] */
    void (*activate)(const void *config, int64_t rows, int64_t width, const rondo_real *prediction,
                     int64_t prediction_stride, rondo_real *output, int64_t output_stride);

    /* Of RONDO_TARGET_VALUES: how many parts a prediction has, 1 .. RONDO_MAX_LOSS_PARTS; what part
     * i is, into a zeroed struct; and the one value [rows, target_width] that stands for a
     * prediction in errors of forecasts, in place not allowed. All three or none: NULL is one part,
     * which activate makes. [any], [any], [worker] */
    int64_t (*parts)(const void *config);
    void (*part)(const void *config, int64_t i, rondo_loss_part *part);
    void (*answer)(const void *config, int64_t rows, int64_t target_width,
                   const rondo_real *prediction, int64_t prediction_stride, rondo_real *output,
                   int64_t output_stride);
    /* Instead of `rows`: a loss that is no sum over steps (a CRF). Its own parameters for so many classes,
     * how many they are; how many doubles of scratch a sequence takes; loss, gradients and answers of one
     * sequence. Of RONDO_TARGET_CLASS all three or none; of RONDO_TARGET_LABELS `sequence` and
     * `label_scratch`, and `parameters` where it has some. [main], [any], [worker] */
    int32_t (*parameters)(const void *config, int64_t width,
                          rondo_loss_parameter parameters[RONDO_MAX_LOSS_PARAMETERS]);
    int64_t (*scratch)(const void *config, int64_t steps, int64_t width);
    void (*sequence)(const void *config, const rondo_loss_sequence *sequence);
    /* Doubles of scratch for at most so many labels; it does not fall with steps or labels. [any] */
    int64_t (*label_scratch)(const void *config, int64_t steps, int64_t width, int64_t labels);
    const void *reserved[15];
} rondo_loss;

/* `activate` of losses whose predictions are values as they stand, and `answer` where part 0 is the
 * answer. [worker] */
static inline void rondo_loss_identity(const void *config, int64_t rows, int64_t width,
                                       const rondo_real *prediction, int64_t prediction_stride,
                                       rondo_real *output, int64_t output_stride)
{
    (void)config;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t k = 0; k < width; k++)
            output[r * output_stride + k] = prediction[r * prediction_stride + k];
}

/* Numbers of a prediction for a target of that width. [any] */
static inline int64_t rondo_loss_parts(const rondo_loss *loss, const void *config)
{
    return loss->parts ? loss->parts(config) : 1;
}

/* Parameters of its own, of so many classes. [main] */
static inline int32_t rondo_loss_parameters(const rondo_loss *loss, const void *config,
                                            int64_t width,
                                            rondo_loss_parameter own[RONDO_MAX_LOSS_PARAMETERS])
{
    return loss->parameters ? loss->parameters(config, width, own) : 0;
}

#ifdef __cplusplus
}
#endif
#endif
