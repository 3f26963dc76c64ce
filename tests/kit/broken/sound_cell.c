/* Nothing is wrong here: what the broken cells are before they are broken.
 * Conforms. */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

SOUND_PLUGIN(sound_cell);
