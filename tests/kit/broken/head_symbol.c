/* The symbol is not named after the file.
 * Rejected: the file has no symbol rondo_plugin_head_symbol */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_other;
const rondo_cell rondo_plugin_other = {.head = {.abi_version = RONDO_ABI_VERSION,
                                                .struct_size = sizeof(rondo_cell),
                                                .kind = RONDO_KIND_CELL,
                                                .real_size = sizeof(rondo_real),
                                                .name = "head_symbol",
                                                SOUND_HEAD_TEXTS,
                                                .options = sound_options},
                                       .plan = plan,
                                       .unit_parameter_gradient = sound_unit_parameter_gradient};
