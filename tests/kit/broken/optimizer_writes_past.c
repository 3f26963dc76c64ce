/* One parameter too many is written.
 * Rejected: update writes outside its slice */
#include "sound_optimizer.h"

static void update_slice(const void *config, const rondo_update *update)
{
    sound_update(config, update);
    update->parameter[update->count] = 0;
}

SOUND_PLUGIN(optimizer_writes_past, sound_plan, update_slice);
