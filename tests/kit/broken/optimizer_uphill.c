/* The sign of the step is wrong.
 * Rejected: do not lead down */
#include "sound_optimizer.h"

static void update_slice(const void *config, const rondo_update *update)
{
    rondo_update turned = *update;
    turned.learning_rate = -turned.learning_rate;
    sound_update(config, &turned);
}

SOUND_PLUGIN(optimizer_uphill, sound_plan, update_slice);
