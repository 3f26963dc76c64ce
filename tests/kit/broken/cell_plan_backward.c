/* Half a stage.
 * Rejected: plan: stage 0 has no backward function */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = NULL;
}

SOUND_PLUGIN(cell_plan_backward);
