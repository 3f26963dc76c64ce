/* The step depends on the norm of the slice.
 * Rejected: slices of 1 give other bytes than the whole */
#include "sound_optimizer.h"

static void update_slice(const void *config, const rondo_update *update)
{
    double sum = 0;
    for (int64_t i = 0; i < update->count; i++)
        sum += (double)update->gradient[i] * (double)update->gradient[i];
    rondo_update scaled = *update;
    scaled.learning_rate /= 1 + sqrt(sum);
    sound_update(config, &scaled);
}

SOUND_PLUGIN(optimizer_slices, sound_plan, update_slice);
