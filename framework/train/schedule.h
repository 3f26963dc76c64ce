/* The schedule of a run: the plugin's factor with the warm-up, and what it remembers. */
#ifndef RONDO_TRAIN_SCHEDULE_H
#define RONDO_TRAIN_SCHEDULE_H

#include "config/experiment.h"

/* What a schedule has seen of the validations; a checkpoint holds it. */
typedef struct rondo_schedule_state {
    double numbers[RONDO_MAX_SCHEDULE_STATE]; /* 0 before the first validation */
} rondo_schedule_state;

/* Factor on optimizer.learning_rate. [any] */
double rondo_schedule_factor(const rondo_schedule_config *config,
                             const rondo_schedule_position *position);

/* After each validation. [main] */
void rondo_schedule_judge(const rondo_schedule_config *config, const rondo_validation *validation,
                          rondo_schedule_state *state);

/* How many of the numbers the schedule uses, and their names. [main] */
int32_t rondo_schedule_names(const rondo_schedule_config *config,
                             const char *names[RONDO_MAX_SCHEDULE_STATE]);

#endif
