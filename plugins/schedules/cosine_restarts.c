/* Half cosines one after another: each starts at 1 and ends at `minimum` (SGDR).
 *
 *     factor = minimum + (1 - minimum) (1 + cos(pi t / T)) / 2
 *
 * t are the epochs since the last restart, fractions of one included; T is the length of the
 * period: period_epochs of the first, and period_factor times as much of each next. As
 * torch.optim.lr_scheduler.CosineAnnealingWarmRestarts, stepped once per update.
 */
#include <math.h>

#include "rondo/schedule.h"

typedef struct cosine_restarts_config {
    int64_t period_epochs, period_factor;
    double minimum;
} cosine_restarts_config;

static const rondo_option options[] = {
    RONDO_INTEGER(cosine_restarts_config, period_epochs, 10, 1, HUGE_VAL,
                  "epochs from the start to the first restart"),
    RONDO_INTEGER(cosine_restarts_config, period_factor, 1, 1, 1000,
                  "length of each period relative to the one before"),
    RONDO_REAL(cosine_restarts_config, minimum, 0, 0, 1, 0,
               "rate before each restart, as a fraction of optimizer.learning_rate"),
    RONDO_OPTIONS_END,
};

/* The share of the period at hand that is over, in [0, 1), after `epochs`. */
static double done_of_period(const cosine_restarts_config *c, double epochs)
{
    double period = (double)c->period_epochs;
    if (c->period_factor == 1) return fmod(epochs, period) / period;
    while (epochs >= period) {
        epochs -= period;
        period *= (double)c->period_factor;
    }
    return epochs / period;
}

static double factor(const void *config, const rondo_schedule_position *position)
{
    static const double pi = 3.14159265358979323846;
    const cosine_restarts_config *c = config;
    double epochs = (double)(position->step - 1) / (double)position->steps_per_epoch;
    return c->minimum + (1 - c->minimum) * 0.5 * (1 + cos(pi * done_of_period(c, epochs)));
}

RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_cosine_restarts;
const rondo_schedule rondo_plugin_cosine_restarts = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = "cosine_restarts",
             .summary = "half cosines one after another, each starting at the full rate (SGDR)",
             .equations = "factor = minimum + (1 - minimum) (1 + cos(pi t / T)) / 2\n"
                          "t: epochs since the last restart, in fractions\n"
                          "T: period_epochs, times period_factor at each restart",
             .source = "Loshchilov & Hutter (2017), arXiv:1608.03983, equation 5; as "
                       "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts",
             .config_size = sizeof(cosine_restarts_config), .options = options},
    .factor = factor,
};
