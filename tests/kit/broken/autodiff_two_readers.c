/* A gate that two stages read.
 * Rejected: plan: two stages read or write the same (an intermediate passes it on): 'update_gate' */
#include "two_gate_cell.h"

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value z = rondo_value_sigmoid(rondo_graph_gate(graph, 0));
    if (graph->stage == 0)
        rondo_graph_write_intermediate(graph, 0,
                                       rondo_value_multiply(z, rondo_graph_previous(graph, 0)));
    else
        rondo_graph_write_state(
            graph, 0,
            rondo_value_multiply(
                z, rondo_value_add(rondo_graph_gate(graph, 1), rondo_graph_gate(graph, 2))));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    add_two_gates(plan);
    plan->intermediate_count = 1;
    plan->intermediates[0] = "reset_hidden";
    add_stage(plan, RONDO_SOURCE_INTERMEDIATE(0), 1, (const char *const[]){"output"});
    rondo_autodiff_plan(equations, config, plan);
}

TWO_GATE_CELL(autodiff_two_readers, plan);
