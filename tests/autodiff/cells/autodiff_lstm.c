/* lstm.c, without coupled gates and with all parts. */
#include "autodiff_cell.h"

enum { HIDDEN, CELL };
enum { INPUT, FORGET, CANDIDATE, OUTPUT, GATES };
enum { CURRENT, PREVIOUS };

typedef struct lstm_config {
    bool peephole;
    int peephole_output;
} lstm_config;

static const char *const output_sources[] = {"current", "previous", NULL};

static const rondo_option options[] = {
    RONDO_BOOLEAN(lstm_config, peephole, 0, "the gates also see the cell state"),
    RONDO_CHOICE_WITH_PREVIOUS(lstm_config, peephole_output, CURRENT, output_sources,
                               "which cell state the output gate's peephole sees"),
    RONDO_OPTIONS_END,
};

static rondo_value gate(const lstm_config *config, rondo_graph *graph, int32_t g, rondo_value seen)
{
    rondo_value sum = rondo_graph_gate(graph, g);
    int32_t p = g == OUTPUT ? 2 : g;
    if (config->peephole && g != CANDIDATE)
        sum =
            rondo_value_add(sum, rondo_value_multiply(rondo_graph_unit_parameter(graph, p), seen));
    return sum;
}

static void equations(const void *config, rondo_graph *graph)
{
    const lstm_config *options_of = config;
    rondo_value before = rondo_graph_previous(graph, CELL);
    rondo_value i = rondo_value_sigmoid(gate(config, graph, INPUT, before));
    rondo_value f = rondo_value_sigmoid(gate(config, graph, FORGET, before));
    rondo_value g = rondo_value_tanh(gate(config, graph, CANDIDATE, before));
    rondo_value c = rondo_value_add(rondo_value_multiply(f, before), rondo_value_multiply(i, g));
    rondo_value seen = options_of->peephole_output == CURRENT ? c : before;
    rondo_value o = rondo_value_sigmoid(gate(config, graph, OUTPUT, seen));
    rondo_graph_write_state(graph, CELL, c);
    rondo_graph_write_state(graph, HIDDEN, rondo_value_multiply(o, rondo_value_tanh(c)));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[] = {"input_gate", "forget_gate", "candidate", "output_gate"};
    static const char *const peepholes[] = {"input_peephole", "forget_peephole", "output_peephole"};
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    add_stage(plan, RONDO_SOURCE_STATE(HIDDEN), GATES, gates);
    plan->unit_parameter_count = ((const lstm_config *)config)->peephole ? 3 : 0;
    for (int32_t i = 0; i < plan->unit_parameter_count; i++)
        plan->unit_parameters[i].name = peepholes[i];
    rondo_autodiff_plan(equations, config, plan);
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    rondo_autodiff_unit_parameter_gradient(plan, config, tile, d_unit_parameters);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_lstm;
const rondo_cell rondo_plugin_autodiff_lstm = {
    AUTODIFF_HEAD("autodiff_lstm", options, sizeof(lstm_config)),
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
