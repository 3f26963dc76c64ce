/* Built with the headers of a later rondo.
 * Rejected: built for plugin ABI version 2.99, this program has version 2. */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_head_newer;
const rondo_cell rondo_plugin_head_newer = {.head = {.abi_version = RONDO_ABI_VERSION | 99u << 16,
                                                     .struct_size = sizeof(rondo_cell),
                                                     .kind = RONDO_KIND_CELL,
                                                     .real_size = sizeof(rondo_real),
                                                     .name = "head_newer",
                                                     SOUND_HEAD_TEXTS,
                                                     .options = sound_options},
                                            .plan = plan,
                                            .unit_parameter_gradient =
                                                sound_unit_parameter_gradient};
