/* What is frozen has no groups.
 * Rejected: plan: gate 1 of stage 0 has groups of units, so it must be dense and trained, and cannot start as identity */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gates[1].flags = RONDO_GATE_FROZEN;
    plan->stages[0].gates[1].source_group = 2;
}

SOUND_PLUGIN(cell_plan_group_frozen);
