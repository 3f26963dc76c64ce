/* Gated recurrent unit (Cho et al. 2014), the reset gate before or after the recurrent product.
 *
 *     r_t = sigmoid(x_t W_r + b_r + h_{t-1} U_r)            reset gate
 *     z_t = sigmoid(x_t W_z + b_z + h_{t-1} U_z)            update gate
 *     n_t = tanh(x_t W_n + b_n + (r_t * h_{t-1}) U_n)       candidate, reset before (default)
 *     n_t = tanh(x_t W_n + b_n + r_t * m_t)                 candidate, reset after,
 *     m_t = h_{t-1} U_n + b_m                               kept beside
 *     h_t = (1 - z_t) * n_t + z_t * h_{t-1}
 *
 * Before: Cho et al. (2014), arXiv:1406.1078v1, equations 5 to 8. Two stages: r * h is made by the
 * first and is the source of the second. After: one stage; cuDNN's and torch.nn.GRU's form, the
 * gates in the same order (r, z, n) and with the same meaning of z.
 *
 * Back:
 *
 *     dz = dh (h_{t-1} - n) z(1-z)    dn = dh (1 - z) (1-n)(1+n)    dh_{t-1} += dh z
 *     before: d(rh) = dn U_n^T (the host); dr = d(rh) h_{t-1} r(1-r); dh_{t-1} += d(rh) r
 *     after:  dm = dn r;  dr = dn m r(1-r)
 *
 * The gate blocks hold r, z, n between forward and backward; there is no tape.
 *
 * The lecture notes, section 1.9, write the full GRU with a memory c_t = a_t; symbol by symbol:
 *
 *     notes                                                       here
 *     c_t, a_t                                                    h_t, the state `hidden`
 *     G_r = sigmoid(W_r [c_{t-1}, x_t] + b_r)    reset gate       r_t
 *     G_u = sigmoid(W_u [c_{t-1}, x_t] + b_u)    update gate      1 - z_t
 *     c~  = tanh(W_c [G_r * c_{t-1}, x_t] + b_c) candidate        n_t, reset before (default)
 *     c_t = G_u * c~ + (1 - G_u) * c_{t-1}                        h_t
 *
 * W [c, x] there is U h + W x here. As 1 - sigmoid(a) = sigmoid(-a), W_u, U_u and b_u of the notes
 * are W_z, U_z and b_z with the other sign; all else is equal. Without G_r: gru_simplified.c.
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { RESET, UPDATE, CANDIDATE };

typedef struct gru_config {
    bool reset_after;
    double update_bias;
} gru_config;

static const rondo_option options[] = {
    RONDO_BOOLEAN(gru_config, reset_after, 0,
                  "apply the reset gate after the recurrent product, with a bias of its own (the "
                  "form of cuDNN and PyTorch)"),
    RONDO_REAL(gru_config, update_bias, 0.0, -100.0, 100.0, 0,
               "initial bias of the update gate; above 0, states are kept longer"),
    RONDO_OPTIONS_END,
};

/* Before, stage 1: the gates, and r * h_{t-1}. */
RONDO_VECTORISED static void gates_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RESET);
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *intermediate = rondo_tile_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            r[u] = rondo_sigmoid(r[u]);
            z[u] = rondo_sigmoid(z[u]);
            intermediate[u] = r[u] * before[u];
        }
    }
}

/* Before, stage 2: the candidate and the new state. */
RONDO_VECTORISED static void candidate_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            n[u] = rondo_tanh(n[u]);
            h[u] = (1 - z[u]) * n[u] + z[u] * before[u];
        }
    }
}

/* Also turns the update gate into its gradient: here its value is needed for the last time. */
RONDO_VECTORISED static void candidate_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            rondo_real dz = dh[u] * (before[u] - n[u]) * rondo_sigmoid_slope(z[u]);
            d_before[u] += dh[u] * z[u];
            n[u] = dh[u] * (1 - z[u]) * rondo_tanh_slope(n[u]);
            z[u] = dz;
        }
    }
}

RONDO_VECTORISED static void gates_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RESET);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *d_intermediate = rondo_tile_d_intermediate(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            d_before[u] += d_intermediate[u] * r[u];
            r[u] = d_intermediate[u] * before[u] * rondo_sigmoid_slope(r[u]);
        }
    }
}

RONDO_VECTORISED static void after_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RESET);
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *m = rondo_tile_separate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            r[u] = rondo_sigmoid(r[u]);
            z[u] = rondo_sigmoid(z[u]);
            n[u] = rondo_tanh(n[u] + r[u] * m[u]);
            h[u] = (1 - z[u]) * n[u] + z[u] * before[u];
        }
    }
}

RONDO_VECTORISED static void after_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RESET);
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *m = rondo_tile_separate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            rondo_real dn = dh[u] * (1 - z[u]) * rondo_tanh_slope(n[u]);
            d_before[u] += dh[u] * z[u];
            z[u] = dh[u] * (before[u] - n[u]) * rondo_sigmoid_slope(z[u]);
            n[u] = dn;
            rondo_real dm = dn * r[u];
            r[u] = dn * m[u] * rondo_sigmoid_slope(r[u]);
            m[u] = dm;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const gru_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    rondo_cell_stage *first = &plan->stages[0];
    first->source = RONDO_SOURCE_STATE(0);
    first->gates[RESET].name = "reset_gate";
    first->gates[UPDATE].name = "update_gate";
    first->gates[UPDATE].bias = c->update_bias;
    if (c->reset_after) {
        plan->stage_count = 1;
        first->gate_count = 3;
        first->separate_count = 1;
        first->gates[CANDIDATE].name = "candidate";
        first->forward = after_forward;
        first->backward = after_backward;
        return;
    }
    plan->intermediate_count = 1;
    plan->intermediates[0] = "reset_hidden";
    plan->stage_count = 2;
    first->gate_count = 2;
    first->forward = gates_forward;
    first->backward = gates_backward;
    rondo_cell_stage *second = &plan->stages[1];
    second->source = RONDO_SOURCE_INTERMEDIATE(0);
    second->gate_count = 1;
    second->gates[0].name = "candidate";
    second->forward = candidate_forward;
    second->backward = candidate_backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_gru;
const rondo_cell rondo_plugin_gru = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "gru",
             .summary = "gated recurrent unit, reset gate before or after the recurrent product",
             .equations = "r_t = sigmoid(x_t W_r + b_r + h_{t-1} U_r)\n"
                          "z_t = sigmoid(x_t W_z + b_z + h_{t-1} U_z)\n"
                          "n_t = tanh(x_t W_n + b_n + (r_t * h_{t-1}) U_n)\n"
                          "n_t = tanh(x_t W_n + b_n + r_t * (h_{t-1} U_n + b_m))   (reset_after)\n"
                          "h_t = (1 - z_t) * n_t + z_t * h_{t-1}",
             .source = "Cho et al. (2014), arXiv:1406.1078v1, equations 5 to 8; reset_after as in "
                       "cuDNN and torch.nn.GRU, gate order r, z, n",
             .config_size = sizeof(gru_config), .options = options},
    .plan = plan,
};
