/* A peephole and a gate stay as they start; without others there is no unit_parameter_gradient.
 * Conforms. */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].gates[1].flags = RONDO_GATE_FROZEN;
    plan->unit_parameters[0].flags = RONDO_PARAMETER_FROZEN;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_sound_frozen;
const rondo_cell rondo_plugin_sound_frozen = {SOUND_HEAD("sound_frozen"), .plan = plan};
