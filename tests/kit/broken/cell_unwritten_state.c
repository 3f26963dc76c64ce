/* The last unit is forgotten, as a loop in steps of two may.
 * Rejected: forward leaves a value of state hidden unwritten */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    for (int64_t r = 0; r < tile->rows; r++) {
        sound_row row = sound_row_of(tile, r);
        row.h[tile->units - 1] = (rondo_real)NAN;
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(cell_unwritten_state);
