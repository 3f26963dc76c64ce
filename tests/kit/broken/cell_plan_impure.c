/* The plan depends on more than the options.
 * Rejected: plan gives another plan when called again */
#include "sound_cell.h"

static int calls;

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->tape_count += calls++ % 3;
}

SOUND_PLUGIN(cell_plan_impure);
