/* A flag that a later header may have.
 * Rejected: plan: gate 0 of stage 0 has the unknown flags 64 */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gates[0].flags = 64;
}

SOUND_PLUGIN(cell_plan_gate_flags);
