/* A share of the gradient on its way to the preceding step is lost.
 * Rejected: the gradient of the initial state hidden is wrong */
#include "sound_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    sound_backward(config, tile);
    for (int64_t r = 0; r < tile->rows; r++) {
        sound_row row = sound_row_of(tile, r);
        for (int64_t u = 0; u < tile->units; u++)
            row.d_before[u] -= (rondo_real)1e-5 * row.dh[u];
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(cell_initial_gradient);
