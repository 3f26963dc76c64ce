#include "train/schedule.h"

double rondo_schedule_factor(const rondo_schedule_config *config,
                             const rondo_schedule_position *position)
{
    double factor = config->schedule->factor(config->options, position);
    if (position->step < config->warmup_steps)
        factor *= (double)position->step / (double)config->warmup_steps;
    return factor;
}

void rondo_schedule_judge(const rondo_schedule_config *config, const rondo_validation *validation,
                          rondo_schedule_state *state)
{
    if (config->schedule->judge)
        config->schedule->judge(config->options, state->numbers, validation);
}

int32_t rondo_schedule_names(const rondo_schedule_config *config,
                             const char *names[RONDO_MAX_SCHEDULE_STATE])
{
    return config->schedule->state ? config->schedule->state(config->options, names) : 0;
}
