/* To evaluate, it changes what training goes on with.
 * Rejected: evaluation_weights changes what training goes on with */
#include "rondo/optimizer.h"

static void evaluation_weights(const void *config, const rondo_update *update, rondo_real *weights)
{
    (void)config;
    for (int64_t i = 0; i < update->count; i++) {
        weights[i] = update->parameter[i];
        update->slot[0][i] = update->parameter[i];
    }
}

#define SOUND_EXTRA .evaluation_weights = evaluation_weights
#include "sound_optimizer.h"

SOUND_PLUGIN(optimizer_evaluation, sound_plan, sound_update);
