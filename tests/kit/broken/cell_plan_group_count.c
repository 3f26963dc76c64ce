/* Fewer than no units share weights.
 * Rejected: plan: unit_group is -1, allowed are 0 to 65536 */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gates[0].unit_group = -1;
}

SOUND_PLUGIN(cell_plan_group_count);
