/* Times `factor` every `every_epochs` epochs.
 *
 *     factor(e) = max(minimum, factor^floor((e - 1) / every_epochs))      in epoch e = 1, 2, ..
 *
 * As torch.optim.lr_scheduler.StepLR, stepped once per epoch.
 */
#include <math.h>

#include "rondo/schedule.h"

typedef struct step_config {
    double factor;
    int64_t every_epochs;
    double minimum;
} step_config;

static const rondo_option options[] = {
    RONDO_REAL(step_config, factor, 0.5, 0, 1, RONDO_OPEN_LOW,
               "factor applied to the rate at each change"),
    RONDO_INTEGER(step_config, every_epochs, 1, 1, HUGE_VAL, "epochs between changes"),
    RONDO_REAL(step_config, minimum, 0, 0, 1, 0,
               "lower bound of the rate, as a fraction of optimizer.learning_rate"),
    RONDO_OPTIONS_END,
};

static double factor(const void *config, const rondo_schedule_position *position)
{
    const step_config *c = config;
    double changes = floor((double)(position->epoch - 1) / (double)c->every_epochs);
    return fmax(pow(c->factor, changes), c->minimum);
}

RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_step;
const rondo_schedule rondo_plugin_step = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = "step",
             .summary = "multiplies the rate by a factor every few epochs",
             .equations = "factor(e) = max(minimum, factor^floor((e - 1) / every_epochs))    in "
                          "epoch e",
             .source = "He et al. (2016), Deep residual learning, section 3.4, where steps are of "
                       "30 epochs; as torch.optim.lr_scheduler.StepLR",
             .config_size = sizeof(step_config), .options = options},
    .factor = factor,
};
