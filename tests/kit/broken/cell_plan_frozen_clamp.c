/* Nothing moves what is frozen.
 * Rejected: plan: unit parameter 0 is frozen, so nothing clamps it */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->unit_parameters[0].flags = RONDO_PARAMETER_FROZEN | RONDO_PARAMETER_CLAMPED;
}

SOUND_PLUGIN(cell_plan_frozen_clamp);
