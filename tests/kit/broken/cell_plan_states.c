/* No state at all.
 * Rejected: plan: state_count is 0, allowed are 1 to 8 */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->state_count = 0;
}

SOUND_PLUGIN(cell_plan_states);
