/* A gate that the equations do not read.
 * Rejected: plan: no equations read the gate 'update_gate' */
#include "two_gate_cell.h"

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_graph_write_state(graph, 0, rondo_value_tanh(rondo_graph_gate(graph, 1)));
}

TWO_GATE_CELL(autodiff_unread_gate, two_gate_plan);
