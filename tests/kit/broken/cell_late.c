/* A mistake that begins in step 30.
 * Rejected: the gradient of */
#include "sound_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    sound_backward(config, tile);
    if (tile->step < 30) return;
    for (int64_t r = 0; r < tile->rows; r++)
        for (int64_t u = 0; u < tile->units; u++)
            rondo_tile_gate(tile, r, 1)[u] *= 2;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(cell_late);
