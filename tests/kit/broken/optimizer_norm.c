/* It reads a norm that its plan does not ask for.
 * Rejected: a parameter is not finite after five steps */
#include "sound_optimizer.h"

static void update_slice(const void *config, const rondo_update *update)
{
    rondo_update scaled = *update;
    scaled.learning_rate /= 1 + update->gradient_norm;
    sound_update(config, &scaled);
}

SOUND_PLUGIN(optimizer_norm, sound_plan, update_slice);
