/* Means of nothing.
 * Rejected: plan: gate 1 of stage 0 has a source_group, so it needs a source */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].source = RONDO_SOURCE_NONE;
    plan->stages[0].gates[1].source_group = 2;
}

SOUND_PLUGIN(cell_plan_group_source);
