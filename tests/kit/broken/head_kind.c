/* A kind that this program does not know.
 * Rejected: its kind 9 is unknown */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_head_kind;
const rondo_cell rondo_plugin_head_kind = {.head = {.abi_version = RONDO_ABI_VERSION,
                                                    .struct_size = sizeof(rondo_cell),
                                                    .kind = 9,
                                                    .real_size = sizeof(rondo_real),
                                                    .name = "head_kind",
                                                    SOUND_HEAD_TEXTS,
                                                    .options = sound_options},
                                           .plan = plan,
                                           .unit_parameter_gradient =
                                               sound_unit_parameter_gradient};
