/* Wrong at the low end of a range.
 * Rejected: FAILED (depth=1): the gradient of */
#include "range_cell.h"

static void backward(const void *config, const rondo_cell_tile *tile)
{
    const range_config *c = config;
    sound_backward(config, tile);
    if (c->depth == 1) range_double_gate(tile);
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
