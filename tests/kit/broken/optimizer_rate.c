/* Weight decay that forgets the rate.
 * Rejected: a learning rate of 0 changes parameters */
#include "sound_optimizer.h"

static void update_slice(const void *config, const rondo_update *update)
{
    for (int64_t i = 0; i < update->count; i++)
        update->parameter[i] *= (rondo_real)0.99;
    sound_update(config, update);
}

SOUND_PLUGIN(optimizer_rate, sound_plan, update_slice);
