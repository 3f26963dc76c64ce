/* More tape than the ABI allows.
 * Rejected: plan: tape_count is 17, allowed are 0 to 16 */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->tape_count = 17;
}

SOUND_PLUGIN(cell_plan_tape);
