/* The width of a projected output is not the layer's.
 * Rejected: plan: the output is projected, so the recurrent weights of gate 0 of stage 0 must be dense and trained, without groups */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->projection = 4;
    plan->stages[0].gates[0].unit_group = 2;
}

SOUND_PLUGIN(cell_plan_group_projection);
