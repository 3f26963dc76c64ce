/* The mean over the rows of a tile is taken off: batch normalization does not fit.
 * Rejected: a row depends on other rows */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    for (int64_t u = 0; u < tile->units; u++) {
        rondo_real sum = 0;
        for (int64_t r = 0; r < tile->rows; r++)
            sum += tile->state[0][r * tile->unit_stride + u];
        for (int64_t r = 0; r < tile->rows; r++)
            tile->state[0][r * tile->unit_stride + u] -= sum / (rondo_real)tile->rows;
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(cell_depends_on_rows);
