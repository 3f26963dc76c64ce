/* layer_norm_lstm.c: sums over rows, one on top of the other, and fourteen parameters of its own. */
#include "autodiff_cell.h"

enum { HIDDEN, CELL };
enum { INPUT, FORGET, CANDIDATE, OUTPUT, GATES };
enum { INPUT_GAIN = 0, RECURRENT_GAIN = 4, BIAS = 8, CELL_GAIN = 12, CELL_BIAS, PARAMETERS };

typedef struct layer_norm_lstm_config {
    double epsilon;
} layer_norm_lstm_config;

static const rondo_option options[] = {
    RONDO_REAL(layer_norm_lstm_config, epsilon, 1e-5, 0, 1, RONDO_OPEN_LOW,
               "added to every variance"),
    RONDO_OPTIONS_END,
};

/* Four blocks with one mean and one deviation. */
static void normalize(rondo_value x[GATES], double epsilon)
{
    rondo_value sum = x[0], squares = rondo_value_square(x[0]), scale;
    for (int g = 1; g < GATES; g++)
        sum = rondo_value_add(sum, x[g]);
    sum = rondo_value_scale(rondo_value_row_mean(sum), 1.0 / GATES);
    for (int g = 0; g < GATES; g++) {
        x[g] = rondo_value_subtract(x[g], sum);
        squares =
            g == 0 ? rondo_value_square(x[0]) : rondo_value_add(squares, rondo_value_square(x[g]));
    }
    scale = rondo_value_scale(rondo_value_row_mean(squares), 1.0 / GATES);
    scale = rondo_value_sqrt(rondo_value_shift(scale, epsilon));
    for (int g = 0; g < GATES; g++)
        x[g] = rondo_value_divide(x[g], scale);
}

static rondo_value weighted(rondo_graph *graph, int32_t parameter, rondo_value x)
{
    return rondo_value_multiply(rondo_graph_unit_parameter(graph, parameter), x);
}

static void equations(const void *config, rondo_graph *graph)
{
    double epsilon = ((const layer_norm_lstm_config *)config)->epsilon;
    rondo_value x[GATES], y[GATES], s[GATES], before = rondo_graph_previous(graph, CELL), c, q;
    for (int32_t g = 0; g < GATES; g++) {
        x[g] = rondo_graph_gate(graph, g);
        y[g] = rondo_graph_separate(graph, g);
    }
    normalize(x, epsilon);
    normalize(y, epsilon);
    for (int32_t g = 0; g < GATES; g++) {
        s[g] = rondo_value_add(weighted(graph, INPUT_GAIN + g, x[g]),
                               weighted(graph, RECURRENT_GAIN + g, y[g]));
        s[g] = rondo_value_add(s[g], rondo_graph_unit_parameter(graph, BIAS + g));
        s[g] = g == CANDIDATE ? rondo_value_tanh(s[g]) : rondo_value_sigmoid(s[g]);
    }
    c = rondo_value_add(rondo_value_multiply(s[FORGET], before),
                        rondo_value_multiply(s[INPUT], s[CANDIDATE]));
    q = rondo_value_add(weighted(graph, CELL_GAIN, rondo_value_row_normalize(c, epsilon)),
                        rondo_graph_unit_parameter(graph, CELL_BIAS));
    rondo_graph_write_state(graph, CELL, c);
    rondo_graph_write_state(graph, HIDDEN, rondo_value_multiply(s[OUTPUT], rondo_value_tanh(q)));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[] = {"input_gate", "forget_gate", "candidate", "output_gate"};
    static const char *const parameters[PARAMETERS] = {
        "input_gain_0",     "input_gain_1",     "input_gain_2",     "input_gain_3",
        "recurrent_gain_0", "recurrent_gain_1", "recurrent_gain_2", "recurrent_gain_3",
        "bias_0",           "bias_1",           "bias_2",           "bias_3",
        "cell_gain",        "cell_bias"};
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    add_stage(plan, RONDO_SOURCE_STATE(HIDDEN), GATES, gates);
    plan->stages[0].separate_count = GATES;
    for (int32_t g = 0; g < GATES; g++)
        plan->stages[0].gates[g].flags = RONDO_GATE_NO_BIAS;
    plan->unit_parameter_count = PARAMETERS;
    for (int32_t i = 0; i < PARAMETERS; i++)
        plan->unit_parameters[i].name = parameters[i];
    rondo_autodiff_plan(equations, config, plan);
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    rondo_autodiff_unit_parameter_gradient(plan, config, tile, d_unit_parameters);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_layer_norm_lstm;
const rondo_cell rondo_plugin_autodiff_layer_norm_lstm = {
    AUTODIFF_HEAD("autodiff_layer_norm_lstm", options, sizeof(layer_norm_lstm_config)),
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
