/* A plan that is out of bounds where an option is far from its default.
 * Rejected: FAILED (depth=1000, its plan): plan: stage_count is 1000, allowed are 1 to 16 */
#include "sound_cell.h"

typedef struct range_config {
    int64_t depth;
    double leak;
    bool loud;
} range_config;

static const rondo_option options[] = {
    RONDO_INTEGER(range_config, depth, 2, 1, 1000, "how deep"),
    RONDO_REAL(range_config, leak, 0.5, 0, 1, RONDO_OPEN_LOW, "how much leaks"),
    RONDO_BOOLEAN(range_config, loud, 0, "whether loud"),
    RONDO_OPTIONS_END,
};

static void plan(const void *config, rondo_cell_plan *plan)
{
    const range_config *c = config;
    sound_plan(config, plan);
    if (c->depth > 100) plan->stage_count = (int32_t)c->depth;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_options_far_plan;
const rondo_cell rondo_plugin_options_far_plan = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "options_far_plan",
             SOUND_HEAD_TEXTS, .config_size = sizeof(range_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = sound_unit_parameter_gradient};
