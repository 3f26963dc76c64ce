/* More gate blocks than the ABI has room for.
 * Rejected: plan: gate_count is 17, allowed are 1 to 16 */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gate_count = 17;
}

SOUND_PLUGIN(cell_plan_gates);
