/* Calls itself without end.
 * Rejected: forward of stage 0 overruns its stack: a recursion without end */
#include "sound_cell.h"

static int64_t depth(volatile int64_t *above)
{
    volatile int64_t here[64] = {*above + 1};
    return here[0] > 0 ? depth(here) + here[0] : 0;
}

static void forward(const void *config, const rondo_cell_tile *tile)
{
    volatile int64_t start = 0;
    sound_forward(config, tile);
    tile->state[0][0] += (rondo_real)depth(&start);
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(crash_recursion);
