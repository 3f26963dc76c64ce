/* Conforms. Steps along the gradient in units of its norm, slices or not: LARS without momentum. */
#include "sound_optimizer.h"

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    (void)config;
    plan->norms = RONDO_NORM_PARAMETER | RONDO_NORM_GRADIENT;
}

static void update_slice(const void *config, const rondo_update *update)
{
    double ratio = update->gradient_norm > 0 ? update->parameter_norm / update->gradient_norm : 1;
    (void)config;
    for (int64_t i = 0; i < update->count; i++)
        update->parameter[i] -= (rondo_real)(update->learning_rate * ratio) * update->gradient[i];
}

SOUND_PLUGIN(sound_norms, plan, update_slice);
