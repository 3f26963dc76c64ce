/* The learning rate as a pure function of where the run is. */
#ifndef RONDO_TRAIN_SCHEDULE_H
#define RONDO_TRAIN_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/experiment.h"

typedef struct rondo_schedule_position {
    int64_t step;        /* of the update to come, 1 for the first */
    int64_t total_steps; /* of the whole run as configured */
    int64_t epoch;       /* 1 for the first */
    int64_t reductions;  /* plateau: how often it was reduced so far */
} rondo_schedule_position;

/* What the plateau schedule has seen of the validations; a checkpoint holds it. */
typedef struct rondo_schedule_state {
    int64_t waited; /* since the last one that improved, or since the last reduction */
    int64_t reductions;
} rondo_schedule_state;

/* Factor on optimizer.learning_rate, in [minimum, 1] after the warm-up. [any] */
double rondo_schedule_factor(const rondo_schedule_config *config,
                             const rondo_schedule_position *position);

/* After each validation. [any] */
void rondo_schedule_judge(const rondo_schedule_config *config, bool is_improved,
                          rondo_schedule_state *state);
#endif
