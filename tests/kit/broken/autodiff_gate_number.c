/* A gate that there is not.
 * Rejected: plan: equations read a gate that their stage does not have */
#include "../../autodiff/cells/autodiff_cell.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value z = rondo_value_sigmoid(rondo_graph_gate(graph, 0));
    rondo_value n = rondo_value_tanh(rondo_graph_gate(graph, 1));
    n = rondo_value_add(n, rondo_graph_gate(graph, 2));
    rondo_graph_write_state(graph, 0, rondo_value_multiply(z, n));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[] = {"update_gate", "candidate"};
    plan->state_count = 1;
    plan->states[0] = "hidden";
    add_stage(plan, RONDO_SOURCE_STATE(0), 2, gates);
    rondo_autodiff_plan(equations, config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_gate_number;
const rondo_cell rondo_plugin_autodiff_gate_number = {
    AUTODIFF_HEAD("autodiff_gate_number", options, 0),
    .plan = plan,
};
