/* A state without a name.
 * Rejected: plan: state 0 has no name */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->states[0] = NULL;
}

SOUND_PLUGIN(cell_plan_no_name);
