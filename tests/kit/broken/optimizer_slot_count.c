/* More slots than the ABI has room for.
 * Rejected: it has 5 slots, allowed are 0 to 4 */
#include "sound_optimizer.h"

static int32_t slots(const void *config, const char *names[RONDO_MAX_SLOTS])
{
    (void)config;
    (void)names;
    return 5;
}

SOUND_PLUGIN(optimizer_slot_count, slots, sound_update);
