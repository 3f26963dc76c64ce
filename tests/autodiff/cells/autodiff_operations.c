/* No shipped cell: every operation of rondo/autodiff.h once, for the kit, which compares with differences. */
#include "autodiff_cell.h"

enum { UPDATE = 7, OUTPUT, GATES };

static const rondo_option options[] = {RONDO_OPTIONS_END};

static rondo_value smooth(const rondo_value a[GATES])
{
    rondo_value one_and_square = rondo_value_shift(rondo_value_square(a[2]), 1);
    rondo_value sum = rondo_value_log(rondo_value_shift(rondo_value_softplus(a[1]), 1));
    sum = rondo_value_add(sum, rondo_value_sqrt(one_and_square));
    sum = rondo_value_add(sum, rondo_value_divide(a[3], one_and_square));
    return rondo_value_subtract(sum, rondo_value_exp(rondo_value_negate(rondo_value_square(a[1]))));
}

static rondo_value with_kinks(const rondo_value a[GATES])
{
    rondo_value bound = rondo_graph_constant(a[0].graph, 0.3);
    rondo_value sum = rondo_value_maximum(a[4], rondo_value_minimum(a[5], bound));
    sum = rondo_value_add(sum, rondo_value_relu(a[5]));
    sum = rondo_value_add(sum, rondo_value_absolute(a[3]));
    sum = rondo_value_add(sum, rondo_value_clip(a[2], -0.5, 0.7));
    return rondo_value_add(sum, rondo_value_select(a[4], a[4], rondo_value_scale(a[4], 0.1)));
}

/* Both stages have sums over the row; the second reads what the first makes, and a gate of the first. */
static void equations(const void *config, rondo_graph *graph)
{
    rondo_value a[GATES], before = rondo_graph_previous(graph, 0), n, m;
    (void)config;
    if (graph->stage == 0) {
        for (int32_t g = 0; g < UPDATE; g++)
            a[g] = rondo_graph_gate(graph, g);
        n = rondo_value_tanh(rondo_value_scale(rondo_value_add(smooth(a), with_kinks(a)), 0.2));
        n = rondo_value_subtract(n, rondo_value_scale(rondo_value_row_mean(n), 0.5));
        n = rondo_value_add(n, rondo_value_scale(rondo_value_row_sum(rondo_value_square(n)), 0.01));
        n = rondo_value_multiply(rondo_value_row_normalize(n, 0.1), rondo_value_hard_sigmoid(a[0]));
        n = rondo_value_add(n, rondo_value_tanh(rondo_value_softplus(a[6])));
        rondo_graph_write_intermediate(graph, 0, n);
        return;
    }
    m = rondo_graph_intermediate(graph, 0);
    n = rondo_value_tanh(rondo_value_add(rondo_graph_gate(graph, OUTPUT), m));
    n = rondo_value_add(rondo_value_subtract(n, rondo_value_row_mean(n)), m);
    rondo_graph_write_state(
        graph, 0, rondo_value_mix(rondo_value_sigmoid(rondo_graph_gate(graph, UPDATE)), before, n));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[GATES] = {"gate_a", "gate_b", "gate_c",      "gate_d", "gate_e",
                                             "gate_f", "gate_g", "update_gate", "output"};
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->intermediate_count = 1;
    plan->intermediates[0] = "inner";
    add_stage(plan, RONDO_SOURCE_STATE(0), GATES - 1, gates);
    add_stage(plan, RONDO_SOURCE_INTERMEDIATE(0), 1, gates + OUTPUT);
    rondo_autodiff_plan(equations, config, plan);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_autodiff_operations;
const rondo_cell rondo_plugin_autodiff_operations = {
    AUTODIFF_HEAD("autodiff_operations", options, 0),
    .plan = plan,
};
