/* What the verb `predict` asks of the writer of a task. Private to command/predict*.c; a task that
 * can predict has one writer, in a file of its own, and one row in predict.c. */
#ifndef RONDO_COMMAND_PREDICT_H
#define RONDO_COMMAND_PREDICT_H

#include <stdbool.h>
#include <stdio.h>

#include "train/session.h"

typedef struct rondo_prediction {
    const rondo_session *session; /* with data where `path` is NULL */
    const char *path;             /* in the form of the run's data; "-": standard input */
    rondo_split split;            /* where there is no path */
    bool probabilities;
    FILE *output; /* write errors are looked for by the caller */
} rondo_prediction;

/* Tags of sequences (predict_tags.c). [main] */
rondo_status rondo_predict_tags(const rondo_prediction *prediction, rondo_error *error);

/* Classes of texts (predict_classes.c). [main] */
rondo_status rondo_predict_classes(const rondo_prediction *prediction, rondo_error *error);

/* What follows a time series (predict_forecast.c). [main] */
rondo_status rondo_predict_forecast(const rondo_prediction *prediction, rondo_error *error);

/* A split of the run's data, of any of these tasks (predict_split.c). [main] */
rondo_status rondo_predict_split(const rondo_prediction *prediction, rondo_error *error);

#endif
