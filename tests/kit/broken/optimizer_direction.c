/* The norm of a direction that nobody writes.
 * Rejected: it asks for the norm of its direction, but the function direction is missing */
#include "sound_optimizer.h"

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    sound_plan(config, plan);
    plan->norms = RONDO_NORM_DIRECTION;
}

SOUND_PLUGIN(optimizer_direction, plan, sound_update);
