/* Update gate RNN (Collins, Sohl-Dickstein & Sussillo 2016, arXiv:1611.09913, section 2.1): an
 * RNN with one gate between its state and its candidate.
 *
 *     n_t = activation(x_t W_n + b_n + h_{t-1} U_n)         candidate
 *     g_t = sigmoid(x_t W_g + b_g + h_{t-1} U_g)            update gate
 *     h_t = g_t * h_{t-1} + (1 - g_t) * n_t
 *
 * Back:
 *
 *     dn = dh (1 - g) slope(n)    dg = dh (h_{t-1} - n) g (1-g)    dh_{t-1} += dh g
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { CANDIDATE, UPDATE };
enum { TANH, RELU };

typedef struct ugrnn_config {
    int activation;
    double update_bias;
} ugrnn_config;

static const char *const activations[] = {"tanh", "relu", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(ugrnn_config, activation, TANH, activations, "activation of the candidate"),
    RONDO_REAL(ugrnn_config, update_bias, 1.0, -100.0, 100.0, 0,
               "initial bias of the update gate; above 0, states are kept longer"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const ugrnn_config *c = config;
    bool is_relu = c->activation == RELU;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *g = rondo_tile_gate(tile, row, UPDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            n[u] = is_relu ? (n[u] > 0 ? n[u] : 0) : rondo_tanh(n[u]);
            g[u] = rondo_sigmoid(g[u]);
            h[u] = g[u] * before[u] + (1 - g[u]) * n[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const ugrnn_config *c = config;
    bool is_relu = c->activation == RELU;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *g = rondo_tile_gate(tile, row, UPDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dg = dh[u] * (before[u] - n[u]) * rondo_sigmoid_slope(g[u]);
            d_before[u] += dh[u] * g[u];
            n[u] = dh[u] * (1 - g[u]) * (is_relu ? (rondo_real)(n[u] > 0) : rondo_tanh_slope(n[u]));
            g[u] = dg;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const ugrnn_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    plan->stages[0] = (rondo_cell_stage){
        .source = RONDO_SOURCE_STATE(0),
        .gate_count = 2,
        .gates = {{.name = "candidate"}, {.name = "update_gate", .bias = c->update_bias}},
        .forward = forward,
        .backward = backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_ugrnn;
const rondo_cell rondo_plugin_ugrnn = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "ugrnn",
             .summary = "RNN with one gate between state and candidate (update gate RNN)",
             .equations = "n_t = activation(x_t W_n + b_n + h_{t-1} U_n)         candidate\n"
                          "g_t = sigmoid(x_t W_g + b_g + h_{t-1} U_g)            update gate\n"
                          "h_t = g_t * h_{t-1} + (1 - g_t) * n_t",
             .source = "Collins, Sohl-Dickstein & Sussillo (2016), arXiv:1611.09913, section 2.1",
             .config_size = sizeof(ugrnn_config), .options = options},
    .plan = plan,
};
