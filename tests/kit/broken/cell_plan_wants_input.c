/* The input, whose gradient several tiles would write.
 * Rejected: plan: wants_input needs whole_rows */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->wants_input = true;
}

SOUND_PLUGIN(cell_plan_wants_input);
