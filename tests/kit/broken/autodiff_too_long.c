/* More operations than a stage may have.
 * Rejected: plan: equations have more than 127 operations in one stage */
#include "two_gate_cell.h"

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value h = rondo_value_multiply(rondo_graph_gate(graph, 0), rondo_graph_gate(graph, 1));
    for (int i = 0; i < 1000; i++)
        h = rondo_value_tanh(h);
    rondo_graph_write_state(graph, 0, h);
}

TWO_GATE_CELL(autodiff_too_long, two_gate_plan);
