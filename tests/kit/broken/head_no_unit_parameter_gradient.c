/* Vectors without their gradient.
 * Rejected: the cell has no unit_parameter_gradient function */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_head_no_unit_parameter_gradient;
const rondo_cell rondo_plugin_head_no_unit_parameter_gradient = {
    .head = {.abi_version = RONDO_ABI_VERSION,
             .struct_size = sizeof(rondo_cell),
             .kind = RONDO_KIND_CELL,
             .real_size = sizeof(rondo_real),
             .name = "head_no_unit_parameter_gradient",
             SOUND_HEAD_TEXTS,
             .options = sound_options},
    .plan = plan};
