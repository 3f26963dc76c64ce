/* Two numbers under one name.
 * Rejected: two numbers are named reductions */
#include "sound_schedule.h"

static int32_t state(const void *config, const char *names[RONDO_MAX_SCHEDULE_STATE])
{
    names[1] = "reductions";
    return 1 + sound_state(config, names);
}

SOUND_PLUGIN(schedule_names, sound_factor, state, sound_judge);
