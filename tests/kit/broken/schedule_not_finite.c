/* Keeps a cost that is no number.
 * Rejected: a number of its state is not finite */
#include "sound_schedule.h"

static void judge(const void *config, double *state, const rondo_validation *validation)
{
    (void)config;
    state[0] = validation->cost;
}

static double factor(const void *config, const rondo_schedule_position *position)
{
    (void)config;
    (void)position;
    return 1;
}

SOUND_PLUGIN(schedule_not_finite, factor, sound_state, judge);
