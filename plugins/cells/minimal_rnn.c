/* MinimalRNN (Chen 2017, arXiv:1711.06788): the state is a weighted mean of encoded inputs, whose
 * one gate sees the encoded input and the state.
 *
 *     z_t = tanh(x_t W + b)                                 encoded input
 *     u_t = sigmoid(z_t U_z + b_u + h_{t-1} U_h)            update gate
 *     h_t = u_t * h_{t-1} + (1 - u_t) * z_t
 *
 * Back:
 *
 *     du = dh (h_{t-1} - z) u (1-u)            dh_{t-1} += dh u
 *     dz = dh (1 - u) + du U_z^T (the host)    d(x W + b) = dz (1-z)(1+z)
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { ENCODED, GATE_FROM_INPUT, GATE };

typedef struct minimal_rnn_config {
    double update_bias;
} minimal_rnn_config;

static const rondo_option options[] = {
    RONDO_REAL(minimal_rnn_config, update_bias, 0.0, -100.0, 100.0, 0,
               "initial bias of the update gate; above 0, states are kept longer"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void encode_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *a = rondo_tile_gate(tile, row, ENCODED);
        rondo_real *z = rondo_tile_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            z[u] = rondo_tanh(a[u]);
        }
    }
}

RONDO_VECTORISED static void gate_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *from_input = rondo_tile_gate(tile, row, GATE_FROM_INPUT);
        rondo_real *g = rondo_tile_gate(tile, row, GATE);
        const rondo_real *z = rondo_tile_intermediate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            g[u] = rondo_sigmoid(g[u] + from_input[u]);
            h[u] = g[u] * before[u] + (1 - g[u]) * z[u];
        }
    }
}

RONDO_VECTORISED static void gate_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *from_input = rondo_tile_gate(tile, row, GATE_FROM_INPUT);
        rondo_real *g = rondo_tile_gate(tile, row, GATE);
        const rondo_real *z = rondo_tile_intermediate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
        rondo_real *dz = rondo_tile_d_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            d_before[u] += dh[u] * g[u];
            dz[u] += dh[u] * (1 - g[u]);
            g[u] = from_input[u] = dh[u] * (before[u] - z[u]) * rondo_sigmoid_slope(g[u]);
        }
    }
}

RONDO_VECTORISED static void encode_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *a = rondo_tile_gate(tile, row, ENCODED);
        const rondo_real *z = rondo_tile_intermediate(tile, row, 0);
        const rondo_real *dz = rondo_tile_d_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            a[u] = dz[u] * rondo_tanh_slope(z[u]);
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const minimal_rnn_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->intermediate_count = 1;
    plan->intermediates[0] = "encoded_input";
    plan->stage_count = 3;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                                         .gate_count = 1,
                                         .gates = {{.name = "encoded_input"}},
                                         .forward = encode_forward,
                                         .backward = encode_backward};
    plan->stages[1] = (rondo_cell_stage){
        .source = RONDO_SOURCE_INTERMEDIATE(0),
        .gate_count = 1,
        .gates = {{.name = "update_from_input", .flags = RONDO_GATE_NO_INPUT | RONDO_GATE_NO_BIAS}},
        .forward = rondo_cell_no_work,
        .backward = rondo_cell_no_work};
    plan->stages[2] = (rondo_cell_stage){
        .source = RONDO_SOURCE_STATE(0),
        .gate_count = 1,
        .gates = {{.name = "update_gate", .bias = c->update_bias, .flags = RONDO_GATE_NO_INPUT}},
        .forward = gate_forward,
        .backward = gate_backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_minimal_rnn;
const rondo_cell rondo_plugin_minimal_rnn = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "minimal_rnn",
             .summary = "weighted mean of encoded inputs, with one gate",
             .equations = "z_t = tanh(x_t W + b)                                 encoded input\n"
                          "u_t = sigmoid(z_t U_z + b_u + h_{t-1} U_h)            update gate\n"
                          "h_t = u_t * h_{t-1} + (1 - u_t) * z_t",
             .source = "Chen (2017), arXiv:1711.06788", .config_size = sizeof(minimal_rnn_config),
             .options = options},
    .plan = plan,
};
