/* What the cells of this folder have in common: forward and backward of `equations`, and the plugin's head. Each is a
 * shipped cell, written a second time by its equations alone. */
#include "rondo/autodiff.h"

static void equations(const void *config, rondo_graph *graph);

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    rondo_autodiff_forward(equations, config, tile);
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    rondo_autodiff_backward(equations, config, tile);
}

static inline void add_stage(rondo_cell_plan *plan, int32_t source, int32_t gate_count,
                             const char *const *gates)
{
    rondo_cell_stage *stage = &plan->stages[plan->stage_count++];
    stage->source = source;
    stage->gate_count = gate_count;
    for (int32_t g = 0; g < gate_count; g++)
        stage->gates[g].name = gates[g];
    stage->forward = forward;
    stage->backward = backward;
}

#define AUTODIFF_HEAD(plugin_name, options_of, size)                                               \
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell),                                       \
             .name = plugin_name,                                                                  \
             .summary = "a test",                                                                  \
             .equations = "of the shipped cell",                                                   \
             .source = "tests/autodiff",                                                           \
             .config_size = size,                                                                  \
             .options = options_of}
