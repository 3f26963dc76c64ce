/* Backward is that of other equations than forward.
 * Rejected: the gradient of */
#include "../../autodiff/cells/autodiff_cell.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value z = rondo_value_sigmoid(rondo_graph_gate(graph, 0));
    rondo_value n = rondo_value_tanh(rondo_graph_gate(graph, 1));
    rondo_graph_write_state(graph, 0, rondo_value_mix(z, rondo_graph_previous(graph, 0), n));
}

static void other_equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value z = rondo_value_sigmoid(rondo_graph_gate(graph, 0));
    rondo_value n = rondo_value_tanh(rondo_graph_gate(graph, 1));
    rondo_graph_write_state(graph, 0, rondo_value_mix(z, n, rondo_graph_previous(graph, 0)));
}

static void other_backward(const void *config, const rondo_cell_tile *tile)
{
    rondo_autodiff_backward(other_equations, config, tile);
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[] = {"update_gate", "candidate"};
    plan->state_count = 1;
    plan->states[0] = "hidden";
    add_stage(plan, RONDO_SOURCE_STATE(0), 2, gates);
    plan->stages[0].backward = other_backward;
    rondo_autodiff_plan(equations, config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_other_equations;
const rondo_cell rondo_plugin_autodiff_other_equations = {
    AUTODIFF_HEAD("autodiff_other_equations", options, 0),
    .plan = plan,
};
