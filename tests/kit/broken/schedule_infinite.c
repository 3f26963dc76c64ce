/* Divided by what is left of the run.
 * Rejected: factor is inf */
#include "sound_schedule.h"

static double factor(const void *config, const rondo_schedule_position *position)
{
    (void)config;
    return 1 / fabs((double)(position->total_steps - position->step));
}

SOUND_PLUGIN(schedule_infinite, factor, sound_state, sound_judge);
