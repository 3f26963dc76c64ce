/* Zero divided by zero.
 * Rejected: is not finite with gradients of zero */
#include "sound_optimizer.h"

static void update_slice(const void *config, const rondo_update *update)
{
    (void)config;
    for (int64_t i = 0; i < update->count; i++) {
        rondo_real g = update->gradient[i];
        update->slot[0][i] += g * g;
        update->parameter[i] -=
            (rondo_real)update->learning_rate * g / rondo_sqrt(update->slot[0][i]);
    }
}

SOUND_PLUGIN(optimizer_zero, sound_plan, update_slice);
