/* Wrong in single precision alone.
 * Rejected: a parameter after five updates differs from the double build */
#include "sound_optimizer.h"

static void update_slice(const void *config, const rondo_update *update)
{
    sound_update(config, update);
    for (int64_t i = 0; i < update->count && sizeof(rondo_real) == sizeof(float); i++)
        update->parameter[i] -= (rondo_real)(0.1 * update->learning_rate) * update->gradient[i];
}

SOUND_PLUGIN(float_optimizer, sound_plan, update_slice);
