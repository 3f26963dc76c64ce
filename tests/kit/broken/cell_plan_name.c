/* A name that cannot stand in a file or a config.
 * Rejected: is not of the form [a-z][a-z0-9_]* */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gates[1].name = "Candidate gate";
}

SOUND_PLUGIN(cell_plan_name);
