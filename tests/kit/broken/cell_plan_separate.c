/* More separate blocks than there are gates.
 * Rejected: plan: separate_count is 3, allowed are 0 to 2 */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].separate_count = 3;
}

SOUND_PLUGIN(cell_plan_separate);
