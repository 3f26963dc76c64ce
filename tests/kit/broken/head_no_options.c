/* A plugin without options has a table that holds the end alone.
 * Rejected: its option rows are missing */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_head_no_options;
const rondo_cell rondo_plugin_head_no_options = {.head = {.abi_version = RONDO_ABI_VERSION,
                                                          .struct_size = sizeof(rondo_cell),
                                                          .kind = RONDO_KIND_CELL,
                                                          .real_size = sizeof(rondo_real),
                                                          .name = "head_no_options",
                                                          SOUND_HEAD_TEXTS,
                                                          .options = NULL},
                                                 .plan = plan,
                                                 .unit_parameter_gradient =
                                                     sound_unit_parameter_gradient};
