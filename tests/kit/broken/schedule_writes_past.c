/* A second number, which it did not ask for.
 * Rejected: judge writes outside its state */
#include "sound_schedule.h"

static void judge(const void *config, double *state, const rondo_validation *validation)
{
    sound_judge(config, state, validation);
    state[1] = validation->cost;
}

SOUND_PLUGIN(schedule_writes_past, sound_factor, sound_state, judge);
