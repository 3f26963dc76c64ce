/* A gate that there is not.
 * Rejected: plan: equations read a gate that their stage does not have */
#include "two_gate_cell.h"

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value z = rondo_value_sigmoid(rondo_graph_gate(graph, 0));
    rondo_value n = rondo_value_tanh(rondo_graph_gate(graph, 1));
    n = rondo_value_add(n, rondo_graph_gate(graph, 2));
    rondo_graph_write_state(graph, 0, rondo_value_multiply(z, n));
}

TWO_GATE_CELL(autodiff_gate_number, two_gate_plan);
