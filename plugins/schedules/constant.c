/* The learning rate stays what optimizer.learning_rate says.
 *
 *     factor = 1
 */
#include "rondo/schedule.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

static double factor(const void *config, const rondo_schedule_position *position)
{
    (void)config;
    (void)position;
    return 1;
}

RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_constant;
const rondo_schedule rondo_plugin_constant = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = "constant",
             .summary = "the same learning rate from the first update to the last",
             .equations = "factor = 1", .source = "none: the rate as it is given",
             .options = options},
    .factor = factor,
};
