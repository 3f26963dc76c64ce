/* A state that the equations do not write.
 * Rejected: plan: no equations write the state 'hidden' */
#include "two_gate_cell.h"

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value_multiply(rondo_graph_gate(graph, 0), rondo_graph_gate(graph, 1));
}

TWO_GATE_CELL(autodiff_unwritten_state, two_gate_plan);
