/* One parameter too many is written.
 * Rejected: writes parameter, 1 number past its end */
#include "sound_optimizer.h"

static void update_slice(const void *config, const rondo_update *update)
{
    sound_update(config, update);
    update->parameter[update->count] = 0;
}

SOUND_PLUGIN(crash_optimizer_writes_past, sound_plan, update_slice);
