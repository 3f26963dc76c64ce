/* Two slots of one name.
 * Rejected: two slots are named momentum */
#include "sound_optimizer.h"

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    (void)config;
    plan->slot_count = 2;
    plan->slots[0].name = plan->slots[1].name = "momentum";
}

SOUND_PLUGIN(optimizer_slot_names, plan, sound_update);
