/* The full rate up to update w, then as one over the square root of the update.
 *
 *     factor(i) = sqrt(w / max(i, w))      in update i = 1, 2, ..
 *
 * w is after_steps, or where that is 0 the length of the warm-up. Together with that warm-up it is
 * min(i / w, sqrt(w / i)): the schedule of the Transformer, scaled to 1 at its peak.
 */
#include <math.h>

#include "rondo/schedule.h"

typedef struct inverse_square_root_config {
    int64_t after_steps;
} inverse_square_root_config;

static const rondo_option options[] = {
    RONDO_INTEGER(inverse_square_root_config, after_steps, 0, 0, HUGE_VAL,
                  "update steps before the rate falls; 0: schedule.warmup_steps, or 1 without a "
                  "warm-up"),
    RONDO_OPTIONS_END,
};

static double factor(const void *config, const rondo_schedule_position *position)
{
    const inverse_square_root_config *c = config;
    int64_t given = c->after_steps > 0 ? c->after_steps : position->warmup_steps;
    double after = fmax((double)given, 1);
    return sqrt(after / fmax((double)position->step, after));
}

RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_inverse_square_root;
const rondo_schedule rondo_plugin_inverse_square_root = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = "inverse_square_root",
             .summary = "falls as one over the square root of the update, after the warm-up",
             .equations = "factor(i) = sqrt(w / max(i, w))    in update i; w: after_steps, or the "
                          "length of the warm-up",
             .source = "Vaswani et al. (2017), arXiv:1706.03762, equation 3, scaled to 1 at its "
                       "peak",
             .config_size = sizeof(inverse_square_root_config), .options = options},
    .factor = factor,
};
