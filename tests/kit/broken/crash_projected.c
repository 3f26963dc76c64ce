/* A projected output is not as wide as the cell, which cannot read it.
 * Rejected: forward of stage 0 reads previous 0, which is projected: the cell does not see it */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->projection = 3;
}

SOUND_PLUGIN(crash_projected);
