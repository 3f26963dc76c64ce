/* Numbers that nothing changes.
 * Rejected: the required function judge is missing */
#include "sound_schedule.h"

SOUND_PLUGIN(schedule_no_judge, sound_factor, sound_state, NULL);
