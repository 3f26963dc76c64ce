/* The right neighbour of the last unit.
 * Rejected: forward of stage 0 reads previous 0, 1 number past its end */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *before = rondo_tile_previous(tile, r, 0);
        for (int64_t u = 0; u < tile->units; u++)
            rondo_tile_state(tile, r, 0)[u] += before[u + 1] > 9 ? 1 : 0;
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(crash_reads_past_units);
