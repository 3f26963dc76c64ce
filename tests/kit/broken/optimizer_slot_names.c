/* Two slots of one name.
 * Rejected: two slots are named momentum */
#include "sound_optimizer.h"

static int32_t slots(const void *config, const char *names[RONDO_MAX_SLOTS])
{
    (void)config;
    names[0] = names[1] = "momentum";
    return 2;
}

SOUND_PLUGIN(optimizer_slot_names, slots, sound_update);
