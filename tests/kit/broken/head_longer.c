/* More than the revision that it names has.
 * Rejected: its struct has 4096 bytes, in plugin ABI version 2. */
#include "sound_cell.h"

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_head_longer;
const rondo_cell rondo_plugin_head_longer = {
    .head = {.abi_version = RONDO_ABI_VERSION | RONDO_ABI_REVISION << 16,
             .struct_size = 4096,
             .kind = RONDO_KIND_CELL,
             .real_size = sizeof(rondo_real),
             .name = "head_longer",
             SOUND_HEAD_TEXTS,
             .options = sound_options},
    .plan = plan,
    .unit_parameter_gradient = sound_unit_parameter_gradient};
