/* A schedule as plugins were written for revision 0 of version 2, whose headers are in include/: a line
 * down to a share of the rate, halved by each validation that is no improvement. */
#include "rondo/schedule.h"

typedef struct older_config {
    double end;
} older_config;

static const rondo_option options[] = {
    RONDO_REAL(older_config, end, 0.5, 0.0, 1.0, 0, "factor of the last update"),
    RONDO_OPTIONS_END,
};

static int32_t state(const void *config, const char *names[RONDO_MAX_SCHEDULE_STATE])
{
    (void)config;
    names[0] = "scale";
    return 1;
}

/* The number is 0 before the first validation: what is kept is the scale less 1. */
static void judge(const void *config, double *state, const rondo_validation *validation)
{
    (void)config;
    if (!validation->is_improved) state[0] = (1 + state[0]) / 2 - 1;
}

static double factor(const void *config, const rondo_schedule_position *position)
{
    const older_config *c = config;
    double done = (double)(position->step - 1) / (double)position->total_steps;
    if (done > 1) done = 1;
    return (1 + position->state[0]) * (1 - done * (1 - c->end));
}

RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_older_schedule;
const rondo_schedule rondo_plugin_older_schedule = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = "older_schedule",
             .summary = "a test", .equations = "factor = (1 - t (1 - end) / T) / 2^k",
             .source = "tests/kit/abi2_0", .config_size = sizeof(older_config), .options = options},
    .factor = factor,
    .state = state,
    .judge = judge};
