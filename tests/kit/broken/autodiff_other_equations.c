/* Backward is that of other equations than forward.
 * Rejected: the gradient of */
#include "two_gate_cell.h"

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
    add_two_gates(plan);
    plan->stages[0].backward = other_backward;
    rondo_autodiff_plan(equations, config, plan);
}

TWO_GATE_CELL(autodiff_other_equations, plan);
