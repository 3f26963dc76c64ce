/* More tape than the ABI allows.
 * Rejected: plan: tape_count is 9, allowed are 0 to 8 */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->tape_count = 9;
}

SOUND_PLUGIN(cell_plan_tape);
