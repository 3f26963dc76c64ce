/* Simple gated recurrent network, SGRN (Zu & Wei 2020, IET Generation, Transmission &
 * Distribution, doi 10.1049/gtd2.12056): one gate, and a candidate that is the gate's own product
 * of the input.
 *
 *     f_t = sigmoid(x_t W + h_{t-1} U + b)                  forget gate
 *     h_t = tanh((1 - f_t) * (x_t W) + f_t * h_{t-1})
 *
 * The block kept separate holds h U, then f, then df. The bias is a parameter of the cell's own,
 * because x W is without it.
 *
 * Back:
 *
 *     da = dh (1-h)(1+h)        df = da (h_{t-1} - x W) f (1-f)
 *     d(x W) = da (1 - f) + df  d(h U) = df    db = sum df    dh_{t-1} += da f
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

typedef struct simple_gated_recurrent_network_config {
    double forget_bias;
} simple_gated_recurrent_network_config;

static const rondo_option options[] = {
    RONDO_REAL(simple_gated_recurrent_network_config, forget_bias, 0.0, -100.0, 100.0, 0,
               "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    const rondo_real *bias = tile->unit_parameters[0];
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *p = rondo_tile_gate(tile, row, 0);
        rondo_real *q = rondo_tile_separate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            q[u] = rondo_sigmoid(p[u] + q[u] + bias[u]);
            h[u] = rondo_tanh((1 - q[u]) * p[u] + q[u] * before[u]);
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *p = rondo_tile_gate(tile, row, 0);
        rondo_real *q = rondo_tile_separate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *h = rondo_tile_state(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real f = q[u], da = dh[u] * rondo_tanh_slope(h[u]);
            q[u] = da * (before[u] - p[u]) * rondo_sigmoid_slope(f);
            p[u] = da * (1 - f) + q[u];
            d_before[u] += da * f;
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
        const rondo_real *df = rondo_tile_separate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            sum[u] += df[u];
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const simple_gated_recurrent_network_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    plan->stages[0] =
        (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                           .gate_count = 1,
                           .separate_count = 1,
                           .gates = {{.name = "content", .flags = RONDO_GATE_NO_BIAS}},
                           .forward = forward,
                           .backward = backward};
    plan->unit_parameter_count = 1;
    plan->unit_parameters[0] =
        (rondo_cell_unit_parameter){.name = "forget_bias", .start = c->forget_bias};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_simple_gated_recurrent_network;
const rondo_cell rondo_plugin_simple_gated_recurrent_network = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell),
             .name = "simple_gated_recurrent_network",
             .summary = "one gate, and a candidate that shares its product of the input (SGRN)",
             .equations = "f_t = sigmoid(x_t W + h_{t-1} U + b)                  forget gate\n"
                          "h_t = tanh((1 - f_t) * (x_t W) + f_t * h_{t-1})",
             .source = "Zu & Wei (2020), A simple gated recurrent network for detection of power "
                       "quality disturbances, doi 10.1049/gtd2.12056",
             .config_size = sizeof(simple_gated_recurrent_network_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
