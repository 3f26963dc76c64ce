/* Another function in single precision.
 * Rejected: the state hidden differs from that of the double build */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    for (int64_t r = 0; r < tile->rows; r++)
        for (int64_t u = 0; u < tile->units && sizeof(rondo_real) == sizeof(float); u++)
            rondo_tile_state(tile, r, 0)[u] *= (rondo_real)1.1;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(float_state);
