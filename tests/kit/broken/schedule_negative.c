/* A line that goes on below zero.
 * Rejected: factor is - */
#include "sound_schedule.h"

static double factor(const void *config, const rondo_schedule_position *position)
{
    (void)config;
    return 1 - (double)(position->step - 1) / (double)position->total_steps;
}

SOUND_PLUGIN(schedule_negative, factor, sound_state, sound_judge);
