/* Recurrent weights have one shape.
 * Rejected: plan: the output is projected, so stage 0 must read state 0, the output, or nothing */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->state_count = 2;
    plan->states[1] = "second";
    plan->stages[0].source = RONDO_SOURCE_STATE(1);
    plan->projection = 3;
}

SOUND_PLUGIN(cell_plan_projection_source);
