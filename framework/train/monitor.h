/* Validations one after another by the figure that train.monitor names: which was the best, and how
 * long the run waits for a better one. A checkpoint holds all of it. */
#ifndef RONDO_TRAIN_MONITOR_H
#define RONDO_TRAIN_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "config/experiment.h"

typedef struct rondo_monitor {
    double best_cost; /* infinite before the first */
    int64_t best_step;
    double reference_cost; /* of the last that improved, infinite before the first: small gains on
                              it add up until they are more than min_delta, as in Keras and PyTorch */
    int64_t waited;        /* evaluations since the last that improved */
} rondo_monitor;

/* What one validation is beside the best before it. */
typedef struct rondo_monitored {
    bool is_best;     /* however little better; equal is not better */
    bool is_improved; /* on the last that improved, by more than min_delta */
} rondo_monitored;

/* `cost` falls as the figure gets better; one that is not a number is no better than any. [any] */
rondo_monitored rondo_monitor_add(rondo_monitor *monitor, const rondo_early_stopping_config *config,
                                  double cost, int64_t step);

/* Early stopping. [any] */
bool rondo_monitor_is_over(const rondo_monitor *monitor, const rondo_early_stopping_config *config);

#endif
