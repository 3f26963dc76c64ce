/* More numbers than a checkpoint has room for.
 * Rejected: its state has 9 numbers, allowed are 0 to 8 */
#include "sound_schedule.h"

static int32_t state(const void *config, const char *names[RONDO_MAX_SCHEDULE_STATE])
{
    sound_state(config, names);
    return RONDO_MAX_SCHEDULE_STATE + 1;
}

SOUND_PLUGIN(schedule_state_count, sound_factor, state, sound_judge);
