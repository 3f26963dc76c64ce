/* Nothing to keep what judge sees.
 * Rejected: the required function state is missing */
#include "sound_schedule.h"

SOUND_PLUGIN(schedule_no_state, sound_factor, NULL, sound_judge);
