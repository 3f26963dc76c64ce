/* The plan declares no tape.
 * Rejected: writes the tape, which the cell does not declare (tape_count is 0) */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->tape_count = 0;
}

SOUND_PLUGIN(crash_tape);
