/* A state that no plan can have.
 * Rejected: plan: equations write a state that the plan does not have */
#include "two_gate_cell.h"

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value h = rondo_value_multiply(rondo_graph_gate(graph, 0), rondo_graph_gate(graph, 1));
    rondo_graph_write_state(graph, 0, h);
    rondo_graph_write_state(graph, RONDO_MAX_STATES, h);
}

TWO_GATE_CELL(autodiff_state_number, two_gate_plan);
