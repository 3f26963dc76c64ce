/* More sums than there are row scalars.
 * Rejected: plan: equations have more than 16 sums and means over rows */
#include "../../autodiff/cells/autodiff_cell.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value h = rondo_value_multiply(rondo_graph_gate(graph, 0), rondo_graph_gate(graph, 1));
    for (int i = 0; i < 17; i++)
        h = rondo_value_subtract(h, rondo_value_row_mean(h));
    rondo_graph_write_state(graph, 0, h);
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[] = {"update_gate", "candidate"};
    plan->state_count = 1;
    plan->states[0] = "hidden";
    add_stage(plan, RONDO_SOURCE_STATE(0), 2, gates);
    rondo_autodiff_plan(equations, config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_sums;
const rondo_cell rondo_plugin_autodiff_sums = {
    AUTODIFF_HEAD("autodiff_sums", options, 0),
    .plan = plan,
};
