/* Times `factor` in every epoch that follows the first `after_epochs`.
 *
 *     factor(e) = max(minimum, factor^max(e - after_epochs, 0))      in epoch e = 1, 2, ..
 *
 * With after_epochs 1 it is torch.optim.lr_scheduler.ExponentialLR, stepped once per epoch.
 */
#include <math.h>

#include "rondo/schedule.h"

typedef struct exponential_config {
    double factor;
    int64_t after_epochs;
    double minimum;
} exponential_config;

static const rondo_option options[] = {
    RONDO_REAL(exponential_config, factor, 0.5, 0, 1, RONDO_OPEN_LOW,
               "factor applied to the rate at the start of each epoch after after_epochs"),
    RONDO_INTEGER(exponential_config, after_epochs, 0, 0, HUGE_VAL,
                  "epochs before the first change; 0: the factor applies from the first epoch on"),
    RONDO_REAL(exponential_config, minimum, 0, 0, 1, 0,
               "lower bound of the rate, as a fraction of optimizer.learning_rate"),
    RONDO_OPTIONS_END,
};

static double factor(const void *config, const rondo_schedule_position *position)
{
    const exponential_config *c = config;
    double times = fmax((double)(position->epoch - c->after_epochs), 0);
    return fmax(pow(c->factor, times), c->minimum);
}

RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_exponential;
const rondo_schedule rondo_plugin_exponential = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = "exponential",
             .summary =
                 "multiplies the rate by a factor every epoch, after some epochs without change",
             .equations = "factor(e) = max(minimum, factor^max(e - after_epochs, 0))    in epoch e",
             .source = "Zaremba et al. (2014), arXiv:1409.2329, section 4.1; as "
                       "torch.optim.lr_scheduler.ExponentialLR with after_epochs 1",
             .config_size = sizeof(exponential_config), .options = options},
    .factor = factor,
};
