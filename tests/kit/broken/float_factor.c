/* Wrong in single precision alone.
 * Rejected: differs from that of the double build */
#include "sound_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    sound_backward(config, tile);
    for (int64_t r = 0; r < tile->rows; r++)
        for (int64_t u = 0; u < tile->units && sizeof(rondo_real) == sizeof(float); u++)
            rondo_tile_gate(tile, r, 1)[u] *= 2;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(float_factor);
