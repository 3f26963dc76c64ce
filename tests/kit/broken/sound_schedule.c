/* Nothing is wrong here: what the broken schedules are before they are broken.
 * Conforms. */
#include "sound_schedule.h"

SOUND_PLUGIN(sound_schedule, sound_factor, sound_state, sound_judge);
