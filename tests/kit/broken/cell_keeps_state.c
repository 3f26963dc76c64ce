/* Something is remembered from call to call.
 * Rejected: the same input gives other bytes when run again */
#include "sound_cell.h"

static rondo_real calls;

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    calls += 1;
    for (int64_t r = 0; r < tile->rows; r++)
        tile->state[0][r * tile->unit_stride] += calls;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(cell_keeps_state);
