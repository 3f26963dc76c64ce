/* sru.c with projection: false, which reads the input itself. */
#include "autodiff_cell.h"

enum { HIDDEN, CELL };
enum { FORGET, RESET, CANDIDATE, GATES };

static const rondo_option options[] = {RONDO_OPTIONS_END};

static rondo_value gate(rondo_graph *graph, int32_t g, rondo_value before)
{
    rondo_value own = rondo_value_multiply(rondo_graph_unit_parameter(graph, g), before);
    return rondo_value_sigmoid(rondo_value_add(rondo_graph_gate(graph, g), own));
}

static void equations(const void *config, rondo_graph *graph)
{
    (void)config;
    rondo_value before = rondo_graph_previous(graph, CELL);
    rondo_value f = gate(graph, FORGET, before), r = gate(graph, RESET, before);
    rondo_value c = rondo_value_mix(f, before, rondo_graph_gate(graph, CANDIDATE));
    rondo_graph_write_state(graph, CELL, c);
    rondo_graph_write_state(graph, HIDDEN, rondo_value_mix(r, c, rondo_graph_input(graph)));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[] = {"forget_gate", "reset_gate", "candidate"};
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    add_stage(plan, RONDO_SOURCE_NONE, GATES, gates);
    plan->stages[0].gates[CANDIDATE].flags = RONDO_GATE_NO_BIAS;
    plan->unit_parameter_count = 2;
    plan->unit_parameters[0].name = "forget_vector";
    plan->unit_parameters[1].name = "reset_vector";
    rondo_autodiff_plan(equations, config, plan);
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    rondo_autodiff_unit_parameter_gradient(plan, config, tile, d_unit_parameters);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_sru;
const rondo_cell rondo_plugin_autodiff_sru = {
    AUTODIFF_HEAD("autodiff_sru", options, 0),
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
