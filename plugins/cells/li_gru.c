/* Light GRU (Ravanelli, Brakel, Omologo & Bengio 2018, arXiv:1803.10225): a GRU
 * without reset gate whose candidate is rectified. Without the paper's batch normalisation.
 *
 *     z_t = sigmoid(x_t W_z + b_z + h_{t-1} U_z)
 *     n_t = activation(x_t W_n + b_n + h_{t-1} U_n)
 *     h_t = z_t * h_{t-1} + (1 - z_t) * n_t
 *
 * Back:  dz = dh (h_{t-1} - n) z (1-z)    dn = dh (1 - z) activation'    dh_{t-1} += dh z
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { UPDATE, CANDIDATE };
enum { RELU, TANH };

typedef struct li_gru_config {
    int activation;
} li_gru_config;

static const char *const activations[] = {"relu", "tanh", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(li_gru_config, activation, RELU, activations, "activation of the candidate"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const li_gru_config *c = config;
    bool is_relu = c->activation == RELU;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            z[u] = rondo_sigmoid(z[u]);
            n[u] = is_relu ? (n[u] > 0 ? n[u] : 0) : rondo_tanh(n[u]);
            h[u] = z[u] * before[u] + (1 - z[u]) * n[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const li_gru_config *c = config;
    bool is_relu = c->activation == RELU;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real update = z[u];
            rondo_real slope = is_relu ? (rondo_real)(n[u] > 0) : rondo_tanh_slope(n[u]);
            d_before[u] += dh[u] * update;
            z[u] = dh[u] * (before[u] - n[u]) * rondo_sigmoid_slope(update);
            n[u] = dh[u] * (1 - update) * slope;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_STATE(0);
    stage->gate_count = 2;
    stage->gates[UPDATE].name = "update_gate";
    stage->gates[CANDIDATE].name = "candidate";
    stage->forward = forward;
    stage->backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_li_gru;
const rondo_cell rondo_plugin_li_gru = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "li_gru",
             .summary = "light GRU: no reset gate, rectified candidate",
             .equations = "z_t = sigmoid(x_t W_z + b_z + h_{t-1} U_z)\n"
                          "n_t = activation(x_t W_n + b_n + h_{t-1} U_n)\n"
                          "h_t = z_t * h_{t-1} + (1 - z_t) * n_t",
             .source = "Ravanelli, Brakel, Omologo & Bengio (2018), arXiv:1803.10225, without its "
                       "batch normalisation",
             .config_size = sizeof(li_gru_config), .options = options},
    .plan = plan,
};
