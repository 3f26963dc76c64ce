/* The gradient that comes in belongs to the host.
 * Rejected: backward changes its input d_state */
#include "sound_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    sound_backward(config, tile);
    tile->d_state[0][0] = 0;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(cell_changes_d_state);
