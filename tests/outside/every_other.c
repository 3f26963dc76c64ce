/* A schedule with a state, added from outside, for only_edit.cmake: halved after every other validation. */
#include <math.h>

#include "rondo/schedule.h"

typedef struct every_other_config {
    double factor;
} every_other_config;

enum { SEEN, STATES };

static const rondo_option options[] = {
    RONDO_REAL(every_other_config, factor, 0.5, 0, 1, RONDO_OPEN_LOW, "what it is multiplied by"),
    RONDO_OPTIONS_END,
};

static int32_t state(const void *config, const char *names[RONDO_MAX_SCHEDULE_STATE])
{
    (void)config;
    names[SEEN] = "seen";
    return STATES;
}

static void judge(const void *config, double *state, const rondo_validation *validation)
{
    (void)config;
    (void)validation;
    state[SEEN]++;
}

static double factor(const void *config, const rondo_schedule_position *position)
{
    const every_other_config *c = config;
    return pow(c->factor, floor(position->state[SEEN] / 2));
}

RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_every_other;
const rondo_schedule rondo_plugin_every_other = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = "every_other",
             .summary = "times a factor after every other validation",
             .equations = "factor = f^floor(k / 2)    after k validations",
             .source = "an external project", .config_size = sizeof(every_other_config),
             .options = options},
    .factor = factor,
    .state = state,
    .judge = judge,
};
