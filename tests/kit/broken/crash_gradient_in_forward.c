/* There are no gradients yet.
 * Rejected: forward of stage 0 reads d_state 0, which forward does not have */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    for (int64_t u = 0; u < tile->units; u++)
        tile->state[0][u] += rondo_tile_d_state(tile, 0, 0)[u];
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(crash_gradient_in_forward);
