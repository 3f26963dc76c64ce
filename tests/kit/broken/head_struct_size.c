/* Built with a shorter struct.
 * Rejected: its struct has 16 bytes, kind cell needs at least */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_head_struct_size;
const rondo_cell rondo_plugin_head_struct_size = {.head = {.abi_version = RONDO_ABI_VERSION,
                                                           .struct_size = 16,
                                                           .kind = RONDO_KIND_CELL,
                                                           .real_size = sizeof(rondo_real),
                                                           .name = "head_struct_size",
                                                           SOUND_HEAD_TEXTS,
                                                           .options = sound_options},
                                                  .plan = plan,
                                                  .unit_parameter_gradient =
                                                      sound_unit_parameter_gradient};
