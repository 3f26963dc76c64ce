/* Built with another number type.
 * Rejected: built with numbers of 2 bytes */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_head_real_size;
const rondo_cell rondo_plugin_head_real_size = {.head = {.abi_version = RONDO_ABI_VERSION,
                                                         .struct_size = sizeof(rondo_cell),
                                                         .kind = RONDO_KIND_CELL,
                                                         .real_size = 2,
                                                         .name = "head_real_size",
                                                         SOUND_HEAD_TEXTS,
                                                         .options = sound_options},
                                                .plan = plan,
                                                .unit_parameter_gradient =
                                                    sound_unit_parameter_gradient};
