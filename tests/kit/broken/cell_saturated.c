/* The slope of a candidate that is nearly 1 is doubled.
 * Rejected: the gradient of */
#include "sound_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    sound_backward(config, tile);
    for (int64_t r = 0; r < tile->rows; r++)
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real g = rondo_tile_tape(tile, r, 0)[u];
            if (g > (rondo_real)0.995 || g < (rondo_real)-0.995)
                rondo_tile_gate(tile, r, 1)[u] *= 2;
        }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(cell_saturated);
