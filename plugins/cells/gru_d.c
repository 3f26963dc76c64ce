/* GRU with decay, GRU-D (Che, Purushotham, Cho, Sontag & Liu 2018, arXiv:1606.01865), for series
 * with missing values: what a unit remembers decays with the time since a value was seen. The
 * input is [values, masks, time since each value was last seen].
 *
 *     d_t = exp(-max(0, x_t W_d + b_d))                     decay, between 0 and 1
 *     k_t = d_t * h_{t-1}                                   decayed state
 *     r_t = sigmoid(x_t W_r + b_r + k_t U_r)                reset gate
 *     z_t = sigmoid(x_t W_z + b_z + k_t U_z)                update gate
 *     n_t = tanh(x_t W_n + b_n + (r_t * k_t) U_n)           candidate
 *     h_t = (1 - z_t) * k_t + z_t * n_t
 *
 * The data hold masks and times as inputs, and a missing value filled in, with its last one or its
 * mean: the paper's decay of the value itself towards the mean needs a state as wide as the input,
 * which cells do not have. W_d reads all of x, of which the paper's is the part for times.
 *
 * Back:
 *
 *     third    dn = dh z (1-n)(1+n)    dz = dh (n - k) z (1-z)    dk = dh (1 - z)
 *     second   e = dn U_n^T (the host) dr = e k r (1-r)           dk += e r + (dr, dz) U^T (the host)
 *     first    d(x W_d + b_d) = -dk h_{t-1} d where d < 1, else 0 dh_{t-1} += dk d
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { DECAY, RESET, UPDATE, CANDIDATE };
enum { DECAYED, RESET_DECAYED };

static const rondo_option options[] = {RONDO_OPTIONS_END};

RONDO_VECTORISED static void decay_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *d = rondo_tile_gate(tile, row, DECAY);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *k = rondo_tile_intermediate(tile, row, DECAYED);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            d[u] = rondo_exp(d[u] > 0 ? -d[u] : 0);
            k[u] = d[u] * before[u];
        }
    }
}

RONDO_VECTORISED static void gates_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RESET);
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        const rondo_real *k = rondo_tile_intermediate(tile, row, DECAYED);
        rondo_real *reset = rondo_tile_intermediate(tile, row, RESET_DECAYED);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            r[u] = rondo_sigmoid(r[u]);
            z[u] = rondo_sigmoid(z[u]);
            reset[u] = r[u] * k[u];
        }
    }
}

RONDO_VECTORISED static void candidate_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *k = rondo_tile_intermediate(tile, row, DECAYED);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            n[u] = rondo_tanh(n[u]);
            h[u] = (1 - z[u]) * k[u] + z[u] * n[u];
        }
    }
}

RONDO_VECTORISED static void candidate_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *k = rondo_tile_intermediate(tile, row, DECAYED);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *dk = rondo_tile_d_intermediate(tile, row, DECAYED);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dz = dh[u] * (n[u] - k[u]) * rondo_sigmoid_slope(z[u]);
            dk[u] += dh[u] * (1 - z[u]);
            n[u] = dh[u] * z[u] * rondo_tanh_slope(n[u]);
            z[u] = dz;
        }
    }
}

RONDO_VECTORISED static void gates_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RESET);
        const rondo_real *k = rondo_tile_intermediate(tile, row, DECAYED);
        const rondo_real *e = rondo_tile_d_intermediate(tile, row, RESET_DECAYED);
        rondo_real *dk = rondo_tile_d_intermediate(tile, row, DECAYED);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            dk[u] += e[u] * r[u];
            r[u] = e[u] * k[u] * rondo_sigmoid_slope(r[u]);
        }
    }
}

RONDO_VECTORISED static void decay_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *d = rondo_tile_gate(tile, row, DECAY);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dk = rondo_tile_d_intermediate(tile, row, DECAYED);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            d_before[u] += dk[u] * d[u];
            d[u] = d[u] < 1 ? -dk[u] * before[u] * d[u] : 0;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->intermediate_count = 2;
    plan->intermediates[0] = "decayed_hidden";
    plan->intermediates[1] = "reset_hidden";
    plan->stage_count = 3;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                                         .gate_count = 1,
                                         .gates = {{.name = "decay"}},
                                         .forward = decay_forward,
                                         .backward = decay_backward};
    plan->stages[1] = (rondo_cell_stage){.source = RONDO_SOURCE_INTERMEDIATE(DECAYED),
                                         .gate_count = 2,
                                         .gates = {{.name = "reset_gate"}, {.name = "update_gate"}},
                                         .forward = gates_forward,
                                         .backward = gates_backward};
    plan->stages[2] = (rondo_cell_stage){.source = RONDO_SOURCE_INTERMEDIATE(RESET_DECAYED),
                                         .gate_count = 1,
                                         .gates = {{.name = "candidate"}},
                                         .forward = candidate_forward,
                                         .backward = candidate_backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_gru_d;
const rondo_cell rondo_plugin_gru_d = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "gru_d",
             .summary = "GRU whose state decays with the time since values were seen (GRU-D)",
             .equations =
                 "d_t = exp(-max(0, x_t W_d + b_d))                     decay, between 0 and 1\n"
                 "k_t = d_t * h_{t-1}                                   decayed state\n"
                 "r_t = sigmoid(x_t W_r + b_r + k_t U_r)                reset gate\n"
                 "z_t = sigmoid(x_t W_z + b_z + k_t U_z)                update gate\n"
                 "n_t = tanh(x_t W_n + b_n + (r_t * k_t) U_n)           candidate\n"
                 "h_t = (1 - z_t) * k_t + z_t * n_t",
             .source = "Che, Purushotham, Cho, Sontag & Liu (2018), arXiv:1606.01865",
             .options = options},
    .plan = plan,
};
