/* The schedule ABI: by how much the learning rate is multiplied, update after update.
 *
 * A factor is a pure function of where the run is; what a schedule has seen of validations is kept
 * by the host, in a few numbers that a checkpoint holds under the names the plugin gives. The
 * warm-up of schedule.warmup_steps multiplies the factor of any schedule.
 */
#ifndef RONDO_SCHEDULE_H
#define RONDO_SCHEDULE_H

#include "rondo/plugin.h"
#include "rondo/validation.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { RONDO_MAX_SCHEDULE_STATE = 8 };

/* Where the run is. A run that stopped and goes on sees the same positions. */
typedef struct rondo_schedule_position {
    int64_t step;            /* of the update to come, 1 for the first */
    int64_t total_steps;     /* of the whole run as configured */
    int64_t epoch;           /* that the update belongs to, 1 for the first */
    int64_t steps_per_epoch; /* 1 or more */
    int64_t warmup_steps;    /* of schedule.warmup_steps */
    const double *state;     /* [as many as `state` says] */
} rondo_schedule_position;

typedef struct rondo_schedule {
    rondo_plugin head;

    /* REQUIRED. The factor on optimizer.learning_rate without the warm-up: finite, 0 or more. [any]
     */
    double (*factor)(const void *config, const rondo_schedule_position *position);

    /* How many numbers judge keeps; their names, [a-z][a-z0-9_]*, are written. NULL: none. [main]
     */
    int32_t (*state)(const void *config, const char *names[RONDO_MAX_SCHEDULE_STATE]);

    /* After each validation, in order. The numbers are 0 before the first. NULL where there are
     * none. [main] */
    void (*judge)(const void *config, double *state, const rondo_validation *validation);
} rondo_schedule;

#ifdef __cplusplus
}
#endif
#endif
