/* gru.c: two stages, or one with a separate block. */
#include "autodiff_cell.h"

enum { RESET, UPDATE, CANDIDATE };

typedef struct gru_config {
    bool reset_after;
} gru_config;

static const rondo_option options[] = {
    RONDO_BOOLEAN(gru_config, reset_after, 0, "the reset gate after the recurrent product"),
    RONDO_OPTIONS_END,
};

static void equations(const void *config, rondo_graph *graph)
{
    const gru_config *c = config;
    rondo_value before = rondo_graph_previous(graph, 0);
    rondo_value r = {graph, 0}, n;
    if (c->reset_after || graph->stage == 0)
        r = rondo_value_sigmoid(rondo_graph_gate(graph, RESET));
    if (!c->reset_after && graph->stage == 0) {
        rondo_graph_write_intermediate(graph, 0, rondo_value_multiply(r, before));
        return;
    }
    n = rondo_graph_gate(graph, CANDIDATE);
    if (c->reset_after)
        n = rondo_value_add(n, rondo_value_multiply(r, rondo_graph_separate(graph, 0)));
    rondo_value z = rondo_value_sigmoid(rondo_graph_gate(graph, UPDATE));
    rondo_graph_write_state(graph, 0, rondo_value_mix(z, before, rondo_value_tanh(n)));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[] = {"reset_gate", "update_gate", "candidate"};
    plan->state_count = 1;
    plan->states[0] = "hidden";
    if (((const gru_config *)config)->reset_after) {
        add_stage(plan, RONDO_SOURCE_STATE(0), 3, gates);
        plan->stages[0].separate_count = 1;
    } else {
        plan->intermediate_count = 1;
        plan->intermediates[0] = "reset_hidden";
        add_stage(plan, RONDO_SOURCE_STATE(0), 2, gates);
        add_stage(plan, RONDO_SOURCE_INTERMEDIATE(0), 1, gates + 2);
    }
    rondo_autodiff_plan(equations, config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_gru;
const rondo_cell rondo_plugin_autodiff_gru = {
    AUTODIFF_HEAD("autodiff_gru", options, sizeof(gru_config)),
    .plan = plan,
};
