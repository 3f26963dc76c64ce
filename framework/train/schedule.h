/* The learning rate as a pure function of where the run is. */
#ifndef RONDO_TRAIN_SCHEDULE_H
#define RONDO_TRAIN_SCHEDULE_H

#include <stdint.h>

#include "config/experiment.h"

typedef struct rondo_schedule_position {
    int64_t step;        /* of the update to come, 1 for the first */
    int64_t total_steps; /* of the whole run as configured */
    int64_t epoch;       /* 1 for the first */
    int64_t reductions;  /* plateau: how often it was reduced so far */
} rondo_schedule_position;

/* Factor on optimizer.learning_rate, in [minimum, 1] after the warm-up. [any] */
double rondo_schedule_factor(const rondo_schedule_config *config,
                             const rondo_schedule_position *position);

#endif
