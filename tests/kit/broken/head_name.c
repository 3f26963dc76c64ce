/* The file was renamed, the plugin was not.
 * Rejected: it calls itself 'other', its file name 'head_name' */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_head_name;
const rondo_cell rondo_plugin_head_name = {.head = {.abi_version = RONDO_ABI_VERSION,
                                                    .struct_size = sizeof(rondo_cell),
                                                    .kind = RONDO_KIND_CELL,
                                                    .real_size = sizeof(rondo_real),
                                                    .name = "other",
                                                    SOUND_HEAD_TEXTS,
                                                    .options = sound_options},
                                           .plan = plan,
                                           .unit_parameter_gradient =
                                               sound_unit_parameter_gradient};
