/* Three units share a value of the gate; the candidate reads means of two units. Conforms. */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gates[0].unit_group = 3;
    plan->stages[0].gates[1].source_group = 2;
}

SOUND_PLUGIN(sound_groups);
