/* The rows of a tile are not always so many.
 * Rejected: forward of stage 0 divides an integer by 0 */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    volatile int64_t missing = tile->units - tile->hidden;
    tile->state[0][0] += (rondo_real)(tile->rows / missing);
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(crash_division);
