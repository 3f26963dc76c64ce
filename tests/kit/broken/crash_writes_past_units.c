/* One number too many is written, as an unrolled loop may.
 * Rejected: forward of stage 0 writes state 0, 1 number past its end */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    for (int64_t r = 0; r < tile->rows; r++)
        tile->state[0][r * tile->unit_stride + tile->units] = 0;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(crash_writes_past_units);
