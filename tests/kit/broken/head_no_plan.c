/* A cell without a plan.
 * Rejected: the required function plan is missing */
#include "sound_cell.h"

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_head_no_plan;
const rondo_cell rondo_plugin_head_no_plan = {.head = {.abi_version = RONDO_ABI_VERSION,
                                                       .struct_size = sizeof(rondo_cell),
                                                       .kind = RONDO_KIND_CELL,
                                                       .real_size = sizeof(rondo_real),
                                                       .name = "head_no_plan",
                                                       SOUND_HEAD_TEXTS,
                                                       .options = sound_options},
                                              .unit_parameter_gradient =
                                                  sound_unit_parameter_gradient};
