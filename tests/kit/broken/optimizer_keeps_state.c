/* Something is remembered from call to call.
 * Rejected: the same input gives other bytes when run again */
#include "sound_optimizer.h"

static void update_slice(const void *config, const rondo_update *update)
{
    static double calls;
    rondo_update slower = *update;
    slower.learning_rate /= 1 + calls++;
    sound_update(config, &slower);
}

SOUND_PLUGIN(optimizer_keeps_state, sound_plan, update_slice);
