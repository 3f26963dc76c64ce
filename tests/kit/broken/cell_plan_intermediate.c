/* An intermediate is announced but not made.
 * Rejected: intermediate extra is not written */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->intermediate_count = 1;
    plan->intermediates[0] = "extra";
}

SOUND_PLUGIN(cell_plan_intermediate);
