/* A state that no plan can have.
 * Rejected: plan: equations write a state that the plan does not have */
#include "../../autodiff/cells/autodiff_cell.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value h = rondo_value_multiply(rondo_graph_gate(graph, 0), rondo_graph_gate(graph, 1));
    rondo_graph_write_state(graph, 0, h);
    rondo_graph_write_state(graph, RONDO_MAX_STATES, h);
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[] = {"update_gate", "candidate"};
    plan->state_count = 1;
    plan->states[0] = "hidden";
    add_stage(plan, RONDO_SOURCE_STATE(0), 2, gates);
    rondo_autodiff_plan(equations, config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_state_number;
const rondo_cell rondo_plugin_autodiff_state_number = {
    AUTODIFF_HEAD("autodiff_state_number", options, 0),
    .plan = plan,
};
