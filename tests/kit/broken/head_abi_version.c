/* Built for another ABI.
 * Rejected: built for plugin ABI version 99, this program has version 2 */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_head_abi_version;
const rondo_cell rondo_plugin_head_abi_version = {.head = {.abi_version = 99,
                                                           .struct_size = sizeof(rondo_cell),
                                                           .kind = RONDO_KIND_CELL,
                                                           .real_size = sizeof(rondo_real),
                                                           .name = "head_abi_version",
                                                           SOUND_HEAD_TEXTS,
                                                           .options = sound_options},
                                                  .plan = plan,
                                                  .unit_parameter_gradient =
                                                      sound_unit_parameter_gradient};
