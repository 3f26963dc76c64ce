/* What is frozen has no gradient, though another one beside it has.
 * Rejected: reads d_unit_parameters 0, which is frozen */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->unit_parameters[0].flags = RONDO_PARAMETER_FROZEN;
    plan->unit_parameter_count = 2;
    plan->unit_parameters[1].name = "other";
}

SOUND_PLUGIN(crash_frozen);
