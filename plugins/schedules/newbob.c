/* Times `factor` after a validation that gained too little on the one before (Newbob).
 *
 *     reduce where  c' - c < min_delta |c'|      c: cost, c': of the validation before
 *     factor = max(minimum, factor^k)                      after k reductions
 *
 * The cost is what train.monitor names, its negative where more is better. With `ramp` every
 * validation after the first reduction reduces again, as in QuickNet and Kaldi; without it only
 * those that gained too little. The first validation has nothing before it. One that is no number
 * gained too little, and is not what the next is measured against.
 */
#include <math.h>

#include "rondo/schedule.h"

typedef struct newbob_config {
    double factor, min_delta;
    bool ramp;
    double minimum;
} newbob_config;

enum { JUDGED, PREVIOUS, REDUCTIONS, STATES };

static const rondo_option options[] = {
    RONDO_REAL(newbob_config, factor, 0.5, 0, 1, RONDO_OPEN_LOW,
               "factor applied to the rate at each reduction"),
    RONDO_REAL(newbob_config, min_delta, 0.01, 0, 1, 0,
               "relative gain over the previous validation below which the rate is reduced"),
    RONDO_BOOLEAN(newbob_config, ramp, true,
                  "after the first reduction, reduce the rate at every validation; false: only "
                  "where the gain is too small"),
    RONDO_REAL(newbob_config, minimum, 0, 0, 1, 0,
               "lower bound of the rate, as a fraction of optimizer.learning_rate"),
    RONDO_OPTIONS_END,
};

static int32_t state(const void *config, const char *names[RONDO_MAX_SCHEDULE_STATE])
{
    (void)config;
    names[JUDGED] = "judged";
    names[PREVIOUS] = "previous";
    names[REDUCTIONS] = "reductions";
    return STATES;
}

static void judge(const void *config, double *state, const rondo_validation *validation)
{
    const newbob_config *c = config;
    const double before = state[PREVIOUS];
    const bool is_number = isfinite(validation->cost);
    const bool is_enough = is_number && before - validation->cost >= c->min_delta * fabs(before);
    const bool is_ramping = c->ramp && state[REDUCTIONS] > 0;
    if (state[JUDGED] > 0 && (is_ramping || !is_enough)) state[REDUCTIONS]++;
    if (!is_number) return;
    state[JUDGED] = 1;
    state[PREVIOUS] = validation->cost;
}

static double factor(const void *config, const rondo_schedule_position *position)
{
    const newbob_config *c = config;
    return fmax(pow(c->factor, position->state[REDUCTIONS]), c->minimum);
}

RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_newbob;
const rondo_schedule rondo_plugin_newbob = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = "newbob",
             .summary = "multiplies the rate by a factor once a validation improves too little on "
                        "the previous one, and then after each",
             .equations = "reduce where c' - c < min_delta |c'|    c: cost, c': of the "
                          "validation before\n"
                          "factor = max(minimum, factor^k)                  after k reductions",
             .source = "newbob of QuickNet (ICSI); in this relative form "
                       "steps/nnet/train_scheduler.sh of Kaldi, without ramp SpeechBrain",
             .config_size = sizeof(newbob_config), .options = options},
    .factor = factor,
    .state = state,
    .judge = judge,
};
