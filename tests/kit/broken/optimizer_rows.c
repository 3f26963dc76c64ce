/* A number for each row, of an optimizer that is given slices.
 * Rejected: slot 0 has not one number a parameter, which needs whole_tensors */
#include "sound_optimizer.h"

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    sound_plan(config, plan);
    plan->slots[0].shape = RONDO_SLOT_ROWS;
}

SOUND_PLUGIN(optimizer_rows, plan, sound_update);
