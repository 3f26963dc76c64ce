/* The metrics of an experiment and its data, with what each adds up. */
#ifndef RONDO_EVALUATE_METRIC_STATES_H
#define RONDO_EVALUATE_METRIC_STATES_H

#include "config/metric_rows.h"
#include "evaluate/metric.h"

typedef struct rondo_metric_state {
    bool is_there; /* the data have what the metric needs; always of a loss plugin's row */
    int64_t sum_count;
    int64_t owner; /* the row whose state and sums they are: its own, or of a part the metric's */
    void *state;
    double *sums;
} rondo_metric_state;

typedef struct rondo_metric_states {
    int64_t count;
    rondo_metric_row rows[RONDO_MAX_METRIC_ROWS];
    rondo_metric_state states[RONDO_MAX_METRIC_ROWS];
    uint32_t needs; /* of all that are there */
    void *block;    /* their memory */
} rondo_metric_states;

/* Finish in any case. [main] */
rondo_status rondo_metric_states_start(const rondo_experiment *experiment,
                                       const rondo_dataset *dataset, rondo_metric_states *states,
                                       rondo_error *error);
void rondo_metric_states_finish(rondo_metric_states *states);

/* Bytes that start takes. */
size_t rondo_metric_states_bytes(const rondo_experiment *experiment, const rondo_dataset *dataset);

/* The needs of all rows that these data may have. [any] */
uint32_t rondo_metric_needs(const rondo_experiment *experiment, const rondo_dataset *dataset);

/* All sums are 0. [main] */
void rondo_metric_states_clear(rondo_metric_states *states);

/* The sums of another file are added. [main] */
void rondo_metric_states_add(rondo_metric_states *states, const rondo_metric_states *more);

#endif
