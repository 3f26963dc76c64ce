/* The rows of an experiment: what its evaluations report, by name. Those of the loss plugin
 * (rondo/loss.h), of the metrics and of their parts (config/metric.h) stand side by side. */
#ifndef RONDO_CONFIG_METRIC_ROWS_H
#define RONDO_CONFIG_METRIC_ROWS_H

#include "config/experiment.h"

enum { RONDO_METRIC_NAME_SIZE = 56 };

/* One number that evaluations report. */
typedef struct rondo_metric_row {
    char name[RONDO_METRIC_NAME_SIZE];
    const char *unit;
    bool higher_is_better;
    const rondo_metric *metric;    /* NULL: a row of the loss plugin */
    int32_t loss_row;              /* which; -1: none */
    const rondo_metric_part *part; /* NULL: the metric's own row, behind which its parts stand */
    int64_t part_index;            /* of the metric's rows of parts */
} rondo_metric_row;

enum { RONDO_MAX_METRIC_ROWS = 96 }; /* of one experiment; what is more is left out */

/* The rows of an experiment in the order in which they are shown, as far as the config decides:
 * whether tags spell entities, say, only the data show. Returns how many; 0 without a loss plugin.
 * [any] */
int64_t rondo_experiment_metrics(const rondo_experiment *experiment,
                                 rondo_metric_row rows[RONDO_MAX_METRIC_ROWS]);

/* Why no run of the experiment records a row of that split ("train", "valid", "test"), as a sentence
 * that may follow ": "; NULL: it is recorded. [any] */
const char *rondo_metric_row_lacks(const rondo_experiment *experiment, const rondo_metric_row *row,
                                   const char *split);

/* The number of a row by its name; -1: there is none. [any] */
int64_t rondo_metric_rows_find(const rondo_metric_row *rows, int64_t count, const char *name);

/* "loss, accuracy; did you mean accuracy?": the names of rows by which an epoch can be chosen, and
 * of all rows the one that is nearest to `wrong` where one is near. [any] */
void rondo_metric_rows_suggest(const rondo_metric_row *rows, int64_t count, const char *wrong,
                               rondo_text *text);

#endif
