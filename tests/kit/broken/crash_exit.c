/* A function of a plugin cannot fail, and does not end the program.
 * Rejected: ended the process with status 0: it calls exit */
#include <stdlib.h>

#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    if (tile->rows > 1) exit(0);
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(crash_exit);
