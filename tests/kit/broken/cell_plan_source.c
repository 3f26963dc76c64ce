/* A source that does not exist.
 * Rejected: plan: the source 1 of stage 0 is neither RONDO_SOURCE_NONE nor one of the 1 states */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].source = RONDO_SOURCE_STATE(1);
}

SOUND_PLUGIN(cell_plan_source);
