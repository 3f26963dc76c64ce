/* From 1 down to `minimum` over the whole run, along half a cosine.
 *
 *     factor(i) = minimum + (1 - minimum) (1 + cos(pi min((i - 1) / n, 1))) / 2
 *
 * in update i = 1, 2, .. of n. As torch.optim.lr_scheduler.CosineAnnealingLR with T_max = n,
 * stepped once per update.
 */
#include <math.h>

#include "rondo/schedule.h"

typedef struct cosine_config {
    double minimum;
} cosine_config;

static const rondo_option options[] = {
    RONDO_REAL(cosine_config, minimum, 0, 0, 1, 0,
               "rate at the end of the run, as a fraction of optimizer.learning_rate"),
    RONDO_OPTIONS_END,
};

static double factor(const void *config, const rondo_schedule_position *position)
{
    static const double pi = 3.14159265358979323846;
    const cosine_config *c = config;
    double done = (double)(position->step - 1) / (double)position->total_steps;
    double value = c->minimum + (1 - c->minimum) * 0.5 * (1 + cos(pi * fmin(done, 1)));
    return fmax(value, c->minimum);
}

RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_cosine;
const rondo_schedule rondo_plugin_cosine = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = "cosine",
             .summary = "falls from the full rate to a minimum over the run, along half a cosine",
             .equations = "factor(i) = minimum + (1 - minimum) (1 + cos(pi min((i - 1) / n, 1))) / "
                          "2    in update i of n",
             .source = "Loshchilov & Hutter (2017), arXiv:1608.03983, equation 5 without restarts; "
                       "as torch.optim.lr_scheduler.CosineAnnealingLR",
             .config_size = sizeof(cosine_config), .options = options},
    .factor = factor,
};
