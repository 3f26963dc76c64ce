/* What other steps and the output left in d_previous is lost.
 * Rejected: backward overwrites d_previous of state hidden instead of adding to it */
#include "sound_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    for (int64_t r = 0; r < tile->rows; r++) {
        sound_row row = sound_row_of(tile, r);
        for (int64_t u = 0; u < tile->units; u++)
            row.d_before[u] = 0;
    }
    sound_backward(config, tile);
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(cell_overwrites_previous);
