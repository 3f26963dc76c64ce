#include "train/schedule.h"

#include <math.h>

static double cosine(const rondo_schedule_config *config, const rondo_schedule_position *position)
{
    static const double pi = 3.14159265358979323846;
    double done = (double)(position->step - 1) / (double)position->total_steps;
    return config->minimum + (1 - config->minimum) * 0.5 * (1 + cos(pi * fmin(done, 1)));
}

static double named_factor(const rondo_schedule_config *config,
                           const rondo_schedule_position *position)
{
    switch (config->name) {
    case RONDO_EXPONENTIAL:
        return pow(config->factor, fmax((double)(position->epoch - config->after_epochs), 0));
    case RONDO_STEP:
        return pow(config->factor,
                   floor((double)(position->epoch - 1) / (double)config->every_epochs));
    case RONDO_COSINE:
        return cosine(config, position);
    case RONDO_PLATEAU:
        return pow(config->factor, (double)position->reductions);
    default:
        return 1;
    }
}

double rondo_schedule_factor(const rondo_schedule_config *config,
                             const rondo_schedule_position *position)
{
    double factor = fmax(named_factor(config, position), config->minimum);
    if (position->step < config->warmup_steps)
        factor *= (double)position->step / (double)config->warmup_steps;
    return factor;
}

void rondo_schedule_judge(const rondo_schedule_config *config, bool is_improved,
                          rondo_schedule_state *state)
{
    state->waited = is_improved ? 0 : state->waited + 1;
    if (config->name != RONDO_PLATEAU || state->waited < config->patience) return;
    state->waited = 0;
    state->reductions++;
}
