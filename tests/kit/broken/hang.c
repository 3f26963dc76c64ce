/* A loop that does not end.
 * Rejected: forward of stage 0 did not return within 2 s */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    volatile bool is_done = tile->rows < 0;
    while (!is_done)
        continue;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(hang);
