/* Times `factor` whenever `patience` validations in a row were no improvement.
 *
 *     factor = max(minimum, factor^k)      after k reductions
 *
 * What an improvement is, train.early_stopping.min_delta says. The count starts again
 * with each improvement and with each reduction. torch.optim.lr_scheduler.ReduceLROnPlateau waits
 * for one validation more: its patience is one less.
 */
#include <math.h>

#include "rondo/schedule.h"

typedef struct plateau_config {
    double factor;
    int64_t patience;
    double minimum;
} plateau_config;

enum { WAITED, REDUCTIONS, STATES };

static const rondo_option options[] = {
    RONDO_REAL(plateau_config, factor, 0.5, 0, 1, RONDO_OPEN_LOW,
               "factor applied to the rate at each reduction"),
    RONDO_INTEGER(plateau_config, patience, 1, 1, HUGE_VAL,
                  "consecutive validations without improvement of train.monitor after which the "
                  "rate is reduced"),
    RONDO_REAL(plateau_config, minimum, 0, 0, 1, 0,
               "lower bound of the rate, as a fraction of optimizer.learning_rate"),
    RONDO_OPTIONS_END,
};

static int32_t state(const void *config, const char *names[RONDO_MAX_SCHEDULE_STATE])
{
    (void)config;
    names[WAITED] = "waited";
    names[REDUCTIONS] = "reductions";
    return STATES;
}

static void judge(const void *config, double *state, const rondo_validation *validation)
{
    const plateau_config *c = config;
    state[WAITED] = validation->is_improved ? 0 : state[WAITED] + 1;
    if (state[WAITED] < (double)c->patience) return;
    state[WAITED] = 0;
    state[REDUCTIONS]++;
}

static double factor(const void *config, const rondo_schedule_position *position)
{
    const plateau_config *c = config;
    return fmax(pow(c->factor, position->state[REDUCTIONS]), c->minimum);
}

RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_plateau;
const rondo_schedule rondo_plugin_plateau = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = "plateau",
             .summary = "multiplies the rate by a factor when validations no longer improve",
             .equations =
                 "factor = max(minimum, factor^k)    after k reductions; one when patience "
                 "validations in a row did not improve",
             .source = "as torch.optim.lr_scheduler.ReduceLROnPlateau, whose patience is one less",
             .config_size = sizeof(plateau_config), .options = options},
    .factor = factor,
    .state = state,
    .judge = judge,
};
