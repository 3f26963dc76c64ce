/* A source that is made too late.
 * Rejected: plan: the source of stage 0 is an intermediate, but no earlier stage made it */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->intermediate_count = 1;
    plan->intermediates[0] = "intermediate";
    plan->stages[0].source = RONDO_SOURCE_INTERMEDIATE(0);
}

SOUND_PLUGIN(cell_plan_early_source);
