/* More gate blocks than the ABI has room for.
 * Rejected: plan: gate_count is 9, allowed are 1 to 8 */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gate_count = 9;
}

SOUND_PLUGIN(cell_plan_gates);
