/* The factor counts in the state.
 * Rejected: factor changes its state */
#include "sound_schedule.h"

static double factor(const void *config, const rondo_schedule_position *position)
{
    double *state = (double *)(uintptr_t)position->state;
    (void)config;
    state[0]++;
    return 1;
}

SOUND_PLUGIN(schedule_changes_state, factor, sound_state, sound_judge);
