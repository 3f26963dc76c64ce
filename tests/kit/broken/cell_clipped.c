/* A state is held in [-3, 3], and its gradient goes through where it was held.
 * Rejected: the gradient of */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    for (int64_t r = 0; r < tile->rows; r++)
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real *h = &rondo_tile_state(tile, r, 0)[u];
            *h = *h > 3 ? 3 : *h < -3 ? -3 : *h;
        }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(cell_clipped);
