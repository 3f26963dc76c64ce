/* A gradient of an intermediate that no stage makes.
 * Rejected: backward of stage 0 reads d_intermediate 0, which the cell does not declare */
#include "sound_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    sound_backward(config, tile);
    for (int64_t u = 0; u < tile->units; u++)
        tile->d_previous[0][u] += rondo_tile_d_intermediate(tile, 0, 0)[u];
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(crash_backward);
