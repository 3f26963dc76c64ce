/* A sum over units is used without saying whole_rows.
 * Rejected: units in parts give other bytes than all at once */
#include "sound_cell.h"

static void forward(const void *config, const rondo_cell_tile *tile)
{
    sound_forward(config, tile);
    for (int64_t r = 0; r < tile->rows; r++) {
        rondo_real *h = rondo_tile_state(tile, r, 0), sum = 0;
        for (int64_t u = 0; u < tile->units; u++)
            sum += h[u];
        for (int64_t u = 0; u < tile->units; u++)
            h[u] -= sum / (rondo_real)tile->units;
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].forward = forward;
}

SOUND_PLUGIN(cell_depends_on_units);
