/* No factor.
 * Rejected: the required function factor is missing */
#include "sound_schedule.h"

SOUND_PLUGIN(schedule_no_factor, NULL, sound_state, sound_judge);
