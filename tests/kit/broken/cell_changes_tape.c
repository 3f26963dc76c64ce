/* The tape is still needed by vector_gradient.
 * Rejected: backward changes its input tape */
#include "sound_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    sound_backward(config, tile);
    tile->tape[0] = 0;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(cell_changes_tape);
