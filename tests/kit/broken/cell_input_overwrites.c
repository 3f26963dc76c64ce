/* The gradient of the input is also the products'.
 * Rejected: backward overwrites d_input instead of adding to it */
#include "sound_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    sound_backward(config, tile);
    for (int64_t r = 0; r < tile->rows; r++)
        for (int64_t k = 0; k < tile->input_width; k++)
            rondo_tile_d_input(tile, r)[k] = 0;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->wants_input = plan->whole_rows = true;
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(cell_input_overwrites);
