/* There is noise in training only.
 * Rejected: forward of stage 0 reads noise, which only training has */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    for (int64_t row = 0; row < tile->rows; row++)
        for (int64_t u = 0; u < tile->units; u++)
            rondo_tile_state(tile, row, 0)[u] += rondo_tile_noise(tile, row, 0)[u];
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->noise_count = 1;
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(crash_noise);
