/* Two parameters of one name.
 * Rejected: are named 'update_gate' */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->unit_parameters[0].name = "update_gate";
}

SOUND_PLUGIN(cell_plan_same_name);
