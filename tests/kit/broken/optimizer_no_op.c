/* Momentum goes on where the gradient is 0.
 * Rejected: a gradient of 0 changes parameters or slots */
#include "sound_optimizer.h"

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    sound_plan(config, plan);
    plan->flags = RONDO_OPTIMIZER_ZERO_IS_NO_OP;
}

SOUND_PLUGIN(optimizer_no_op, plan, sound_update);
