/* Counts its calls instead of looking where the run is.
 * Rejected: factor is another when called again */
#include "sound_schedule.h"

static double factor(const void *config, const rondo_schedule_position *position)
{
    static double calls;
    (void)config;
    (void)position;
    return 1 / ++calls;
}

SOUND_PLUGIN(schedule_impure, factor, sound_state, sound_judge);
