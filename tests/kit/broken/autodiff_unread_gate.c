/* A gate that the equations do not read.
 * Rejected: plan: no equations read the gate 'update_gate' */
#include "../../autodiff/cells/autodiff_cell.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_graph_write_state(graph, 0, rondo_value_tanh(rondo_graph_gate(graph, 1)));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[] = {"update_gate", "candidate"};
    plan->state_count = 1;
    plan->states[0] = "hidden";
    add_stage(plan, RONDO_SOURCE_STATE(0), 2, gates);
    rondo_autodiff_plan(equations, config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_unread_gate;
const rondo_cell rondo_plugin_autodiff_unread_gate = {
    AUTODIFF_HEAD("autodiff_unread_gate", options, 0),
    .plan = plan,
};
