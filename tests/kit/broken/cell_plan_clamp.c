/* A range that nothing is in.
 * Rejected: plan: unit parameter 0 is clamped to a range whose low is above its high */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->unit_parameter_count = 1;
    plan->unit_parameters[0] = (rondo_cell_unit_parameter){
        .name = "decay", .low = 1, .high = 0, .flags = RONDO_PARAMETER_CLAMPED};
}

SOUND_PLUGIN(cell_plan_clamp);
