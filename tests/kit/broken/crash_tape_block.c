/* The plan declares one tape block too few.
 * Rejected: forward of stage 0 writes tape, 1 number past its end */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    for (int64_t u = 0; u < tile->units; u++)
        rondo_tile_tape(tile, tile->rows - 1, 0)[tile->units + u] = 1;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(crash_tape_block);
