/* The plan is out of bounds with one of the option sets only.
 * Rejected: plan: tape_count is 17, allowed are 0 to 16 */
#include "sound_cell.h"

typedef struct deep_config {
    bool deep;
} deep_config;

static const rondo_option options[] = {
    RONDO_BOOLEAN(deep_config, deep, 0, "more tape"),
    RONDO_OPTIONS_END,
};

static void plan(const void *config, rondo_cell_plan *plan)
{
    const deep_config *c = config;
    sound_plan(config, plan);
    plan->tape_count = c->deep ? 17 : 1;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_options_plan;
const rondo_cell rondo_plugin_options_plan = {.head = {.abi_version = RONDO_ABI_VERSION,
                                                       .struct_size = sizeof(rondo_cell),
                                                       .kind = RONDO_KIND_CELL,
                                                       .real_size = sizeof(rondo_real),
                                                       .name = "options_plan",
                                                       SOUND_HEAD_TEXTS,
                                                       .options = options,
                                                       .config_size = sizeof(deep_config)},
                                              .plan = plan,
                                              .unit_parameter_gradient =
                                                  sound_unit_parameter_gradient};
