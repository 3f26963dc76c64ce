/* The row after the last one is written.
 * Rejected: backward of stage 0 writes gates, 11 numbers past its end */
#include "sound_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    sound_backward(config, tile);
    tile->gates[tile->rows * tile->gate_stride] = 0;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = backward;
}

SOUND_PLUGIN(crash_writes_past_rows);
