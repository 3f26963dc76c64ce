/* A number per row, written by several tiles.
 * Rejected: plan: row_scalar_count needs whole_rows */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->row_scalar_count = 1;
}

SOUND_PLUGIN(cell_plan_row_scalars);
