/* A field beyond the config struct.
 * Rejected: option rate: its field is not in the config */
#include "sound_cell.h"

typedef struct range_config {
    double rate;
} range_config;

static const rondo_option options[] = {
    RONDO_REAL(range_config, rate, 0.5, 0.0, 1.0, 0, "a number"),
    RONDO_OPTIONS_END,
};

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_options_outside;
const rondo_cell rondo_plugin_options_outside = {.head = {.abi_version = RONDO_ABI_VERSION,
                                                          .struct_size = sizeof(rondo_cell),
                                                          .kind = RONDO_KIND_CELL,
                                                          .real_size = sizeof(rondo_real),
                                                          .name = "options_outside",
                                                          SOUND_HEAD_TEXTS,
                                                          .options = options,
                                                          .config_size = 4},
                                                 .plan = plan,
                                                 .unit_parameter_gradient =
                                                     sound_unit_parameter_gradient};
