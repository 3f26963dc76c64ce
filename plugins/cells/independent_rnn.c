/* Independently recurrent network (Li, Li, Cook, Zhu & Gao 2018, arXiv:1803.04831, equation 2): every
 * unit sees only itself of the step before.
 *
 *     h_t = activation(x_t W + b + u * h_{t-1})
 *
 * Back, with a the sum:  da = dh activation'(a)    dh_{t-1} += da u    du = sum da h_{t-1}
 *
 * Section 3.2: |u| up to a bound lets gradients reach far without exploding; 2^(1/T) with T the
 * sequences' length is the paper's. u starts uniformly in [0, bound].
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { RELU, TANH };

typedef struct independent_config {
    int activation;
    double bound;
} independent_config;

static const char *const activations[] = {"relu", "tanh", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(independent_config, activation, RELU, activations, "activation of the units"),
    RONDO_REAL(independent_config, bound, 1.0, 0, 100, RONDO_OPEN_LOW,
               "recurrent weights are kept within [-bound, bound]"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const independent_config *c = config;
    const rondo_real *weight = tile->unit_parameters[0];
    bool is_relu = c->activation == RELU;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *a = rondo_tile_gate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real sum = a[u] + weight[u] * before[u];
            h[u] = is_relu ? (sum > 0 ? sum : 0) : rondo_tanh(sum);
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const independent_config *c = config;
    const rondo_real *weight = tile->unit_parameters[0];
    bool is_relu = c->activation == RELU;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *a = rondo_tile_gate(tile, row, 0);
        const rondo_real *h = rondo_tile_state(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            a[u] = dh[u] * (is_relu ? (rondo_real)(h[u] > 0) : rondo_tanh_slope(h[u]));
            d_before[u] += a[u] * weight[u];
        }
    }
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    rondo_real *sum = d_unit_parameters[0];
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *da = rondo_tile_gate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++)
            sum[u] += da[u] * before[u];
    }
}

static double start_weight(const void *config, int64_t unit, int64_t hidden, double random)
{
    const independent_config *c = config;
    (void)unit;
    (void)hidden;
    return random * c->bound;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const independent_config *c = config;
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_NONE;
    stage->gate_count = 1;
    stage->gates[0].name = "activation";
    stage->forward = forward;
    stage->backward = backward;
    plan->unit_parameter_count = 1;
    plan->unit_parameters[0] = (rondo_cell_unit_parameter){.name = "recurrent_weight",
                                                           .unit_start = start_weight,
                                                           .low = -c->bound,
                                                           .high = c->bound,
                                                           .flags = RONDO_PARAMETER_CLAMPED};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_independent_rnn;
const rondo_cell rondo_plugin_independent_rnn = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "independent_rnn",
             .summary = "every unit sees only its own previous state (IndRNN)",
             .equations = "h_t = activation(x_t W + b + u * h_{t-1})",
             .source = "Li, Li, Cook, Zhu & Gao (2018), arXiv:1803.04831, equation 2",
             .config_size = sizeof(independent_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
