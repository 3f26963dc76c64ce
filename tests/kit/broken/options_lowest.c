/* Wrong at the low end of a range.
 * Rejected: FAILED (depth=1): the gradient of */
#include "sound_cell.h"

typedef struct range_config {
    int64_t depth;
    double leak;
    bool loud;
} range_config;

static const rondo_option options[] = {
    RONDO_INTEGER(range_config, depth, 2, 1, 4, "how deep"),
    RONDO_REAL(range_config, leak, 0.5, 0, 1, RONDO_OPEN_LOW, "how much leaks"),
    RONDO_BOOLEAN(range_config, loud, 0, "whether loud"),
    RONDO_OPTIONS_END,
};

static void backward(const void *config, const rondo_cell_tile *tile)
{
    const range_config *c = config;
    sound_backward(config, tile);
    if (!(c->depth == 1)) return;
    for (int64_t r = 0; r < tile->rows; r++)
        for (int64_t u = 0; u < tile->units; u++)
            rondo_tile_gate(tile, r, 1)[u] *= 2;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    sound_plan(config, plan);
    plan->stages[0].backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_options_lowest;
const rondo_cell rondo_plugin_options_lowest = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "options_lowest",
             SOUND_HEAD_TEXTS, .config_size = sizeof(range_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = sound_unit_parameter_gradient};
