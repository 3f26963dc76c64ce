/* The preceding state is changed through a cast.
 * Rejected: forward changes its input previous */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    union {
        const rondo_real *read;
        rondo_real *write;
    } previous = {tile->previous[0]};
    previous.write[0] = 1;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(cell_changes_input);
