/* A vector is announced but not made.
 * Rejected: made vector extra is not written */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->made_count = 1;
    plan->made[0] = "extra";
}

SOUND_PLUGIN(cell_plan_made);
