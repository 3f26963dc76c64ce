/* More sums than there are row scalars.
 * Rejected: plan: equations have more than 16 sums and means over rows */
#include "two_gate_cell.h"

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value h = rondo_value_multiply(rondo_graph_gate(graph, 0), rondo_graph_gate(graph, 1));
    for (int i = 0; i < 17; i++)
        h = rondo_value_subtract(h, rondo_value_row_mean(h));
    rondo_graph_write_state(graph, 0, h);
}

TWO_GATE_CELL(autodiff_sums, two_gate_plan);
