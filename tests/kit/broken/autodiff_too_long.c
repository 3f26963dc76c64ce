/* More operations than a stage may have.
 * Rejected: plan: equations have more than 127 operations in one stage */
#include "../../autodiff/cells/autodiff_cell.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value h = rondo_value_multiply(rondo_graph_gate(graph, 0), rondo_graph_gate(graph, 1));
    for (int i = 0; i < 1000; i++)
        h = rondo_value_tanh(h);
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

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_too_long;
const rondo_cell rondo_plugin_autodiff_too_long = {
    AUTODIFF_HEAD("autodiff_too_long", options, 0),
    .plan = plan,
};
