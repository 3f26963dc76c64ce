/* A gate of nothing: no input and no source.
 * Rejected: plan: gate 0 of stage 0 reads no input, so it needs a source */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].source = RONDO_SOURCE_NONE;
    plan->stages[0].separate_count = 0;
    plan->stages[0].gates[0].flags = RONDO_GATE_NO_INPUT;
}

SOUND_PLUGIN(cell_plan_nothing);
