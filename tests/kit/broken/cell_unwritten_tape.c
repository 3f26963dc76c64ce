/* Backward uses a tape block that forward does not write.
 * Rejected: it reads what forward did not write */
#include "sound_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    sound_backward(config, tile);
    for (int64_t r = 0; r < tile->rows; r++) {
        sound_row row = sound_row_of(tile, r);
        for (int64_t u = 0; u < tile->units; u++)
            row.d_before[u] += 0 * row.tape[tile->block_stride + u];
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = backward;
    plan->tape_count = 2;
}

SOUND_PLUGIN(cell_unwritten_tape);
