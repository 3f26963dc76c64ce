/* fast_rnn.c: two parameters that all units share. */
#include "autodiff_cell.h"

enum { ALPHA, BETA };
enum { TANH, RELU };

typedef struct fast_config {
    int activation;
} fast_config;

static const char *const activations[] = {"tanh", "relu", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(fast_config, activation, TANH, activations, "activation of the new value"),
    RONDO_OPTIONS_END,
};

static void equations(const void *config, rondo_graph *graph)
{
    const fast_config *c = config;
    rondo_value a = rondo_value_sigmoid(rondo_graph_shared_parameter(graph, ALPHA));
    rondo_value b = rondo_value_sigmoid(rondo_graph_shared_parameter(graph, BETA));
    rondo_value n = rondo_graph_gate(graph, 0);
    n = c->activation == RELU ? rondo_value_relu(n) : rondo_value_tanh(n);
    rondo_graph_write_state(
        graph, 0,
        rondo_value_add(rondo_value_multiply(a, n),
                        rondo_value_multiply(b, rondo_graph_previous(graph, 0))));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[] = {"candidate"}, *const shared[] = {"alpha", "beta"};
    plan->state_count = 1;
    plan->states[0] = "hidden";
    add_stage(plan, RONDO_SOURCE_STATE(0), 1, gates);
    plan->unit_parameter_count = 2;
    for (int i = 0; i < 2; i++) {
        plan->unit_parameters[i].name = shared[i];
        plan->unit_parameters[i].flags = RONDO_PARAMETER_SHARED;
    }
    rondo_autodiff_plan(equations, config, plan);
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    rondo_autodiff_unit_parameter_gradient(plan, config, tile, d_unit_parameters);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_fast_rnn;
const rondo_cell rondo_plugin_autodiff_fast_rnn = {
    AUTODIFF_HEAD("autodiff_fast_rnn", options, sizeof(fast_config)),
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
