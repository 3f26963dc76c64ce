/* What the verb `predict` asks of the writer of a task. Private to command/predict*.c.
 *
 *   predict.c          the command line; which writer
 *   predict_rows.c     classes in the form of the data, as the text comes
 *   predict_forecast.c what follows a time series
 *   predict_targets.c  targets of sources, as the text comes
 *   predict_split.c    whatever is a data set: a split, or a file of values, images or arrays
 *   predict_labels.c   the same of label sequences
 *   predict_values.c   in which unit values are
 *   predict_answers.c  records: CSV, JSON, HDF5
 */
#ifndef RONDO_COMMAND_PREDICT_H
#define RONDO_COMMAND_PREDICT_H

#include <stdbool.h>
#include <stdio.h>

#include "command/predict_answers.h"
#include "infer/predictor.h"

typedef struct rondo_prediction {
    const rondo_session *session; /* with data where `path` is NULL */
    const char *path;             /* text in the form of the run's data; "-": standard input */
    bool lines;                   /* the text is plain: a sequence a line */
    rondo_split split;            /* where there is no path */
    bool is_file;                 /* that split is a file, and has no targets */
    rondo_probability probabilities;
    rondo_answer_form form;
    FILE *output;            /* write errors are looked for by the caller; NULL: HDF5, at */
    const char *output_path; /* this path */
} rondo_prediction;

/* Classes of steps or sequences of a text, which the format reads and writes (predict_rows.c).
 * [main] */
rondo_status rondo_predict_rows(const rondo_prediction *prediction, rondo_error *error);

/* What follows a time series (predict_forecast.c). [main] */
rondo_status rondo_predict_forecast(const rondo_prediction *prediction, rondo_error *error);

/* Targets of sources (predict_targets.c). [main] */
rondo_status rondo_predict_targets(const rondo_prediction *prediction, rondo_error *error);

/* A data set of any task (predict_split.c). [main] */
rondo_status rondo_predict_split(const rondo_prediction *prediction, rondo_error *error);

/* Label sequences of a data set (predict_labels.c). [main] */
rondo_status rondo_predict_labels(const rondo_prediction *prediction, rondo_error *error);

/* Answers of classes, in the form that is asked for; nothing where that is the data's. */
void rondo_predict_start_classes(const rondo_prediction *prediction, rondo_answers *answers);

/* The outputs of a data set's model as values, of a time series in its own units; `row` is
 * the step of the split at which the prediction is made (data/forecasting.h). */
void rondo_predict_values(const rondo_network *network, const rondo_dataset *dataset,
                          rondo_split split, int64_t row, const rondo_real *outputs,
                          double *values);

#endif
