/* More slots than the ABI has room for.
 * Rejected: it has 9 slots, allowed are 0 to 8 */
#include "sound_optimizer.h"

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    (void)config;
    plan->slot_count = RONDO_MAX_SLOTS + 1;
}

SOUND_PLUGIN(optimizer_slot_count, plan, sound_update);
