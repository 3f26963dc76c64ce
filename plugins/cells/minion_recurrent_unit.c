/* Minion recurrent unit (Zyarah & Kudithipudi 2025, arXiv:2503.06175): a GRU whose gates are
 * fixed coefficients; MiRU-1 keeps the reset gate, MiRU-2 has none.
 *
 *     r_t = reset; with reset_gate: reset * sigmoid(x_t W_r + b_r + h_{t-1} U_r)
 *     n_t = tanh(x_t W + b + (r_t * h_{t-1}) U)             candidate
 *     h_t = update * h_{t-1} + (1 - update) * n_t
 *
 * Back:
 *
 *     dn = dh (1 - update) (1-n)(1+n)    e = dn U^T (the host)    dh_{t-1} += dh update + e r
 *     with reset_gate, r = reset s:      ds = e reset h_{t-1} s (1-s)
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

typedef struct minion_recurrent_unit_config {
    double update;
    double reset;
    bool reset_gate;
} minion_recurrent_unit_config;

static const rondo_option options[] = {
    RONDO_REAL(minion_recurrent_unit_config, update, 0.5, 0.0, 1.0, RONDO_OPEN_HIGH,
               "share of the state that is kept"),
    RONDO_REAL(minion_recurrent_unit_config, reset, 1.0, 0.0, 1.0, RONDO_OPEN_LOW,
               "share of the state that the candidate sees"),
    RONDO_BOOLEAN(minion_recurrent_unit_config, reset_gate, 0, "add a reset gate (MiRU-1)"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void scale_forward(const void *config, const rondo_cell_tile *tile)
{
    const minion_recurrent_unit_config *c = config;
    rondo_real reset = (rondo_real)c->reset;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *scaled = rondo_tile_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            scaled[u] = reset * before[u];
        }
    }
}

RONDO_VECTORISED static void scale_backward(const void *config, const rondo_cell_tile *tile)
{
    const minion_recurrent_unit_config *c = config;
    rondo_real reset = (rondo_real)c->reset;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *d_scaled = rondo_tile_d_intermediate(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            d_before[u] += reset * d_scaled[u];
        }
    }
}

RONDO_VECTORISED static void gate_forward(const void *config, const rondo_cell_tile *tile)
{
    const minion_recurrent_unit_config *c = config;
    rondo_real reset = (rondo_real)c->reset;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *scaled = rondo_tile_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            r[u] = rondo_sigmoid(r[u]);
            scaled[u] = reset * r[u] * before[u];
        }
    }
}

RONDO_VECTORISED static void gate_backward(const void *config, const rondo_cell_tile *tile)
{
    const minion_recurrent_unit_config *c = config;
    rondo_real reset = (rondo_real)c->reset;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *d_scaled = rondo_tile_d_intermediate(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real d = reset * d_scaled[u];
            d_before[u] += d * r[u];
            r[u] = d * before[u] * rondo_sigmoid_slope(r[u]);
        }
    }
}

RONDO_VECTORISED static void candidate_forward(const void *config, const rondo_cell_tile *tile)
{
    const minion_recurrent_unit_config *c = config;
    rondo_real update = (rondo_real)c->update;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, c->reset_gate ? 1 : 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            n[u] = rondo_tanh(n[u]);
            h[u] = update * before[u] + (1 - update) * n[u];
        }
    }
}

RONDO_VECTORISED static void candidate_backward(const void *config, const rondo_cell_tile *tile)
{
    const minion_recurrent_unit_config *c = config;
    rondo_real update = (rondo_real)c->update;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, c->reset_gate ? 1 : 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            d_before[u] += update * dh[u];
            n[u] = dh[u] * (1 - update) * rondo_tanh_slope(n[u]);
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const minion_recurrent_unit_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->intermediate_count = 1;
    plan->intermediates[0] = "reset_hidden";
    plan->stage_count = 2;
    if (c->reset_gate)
        plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                                             .gate_count = 1,
                                             .gates = {{.name = "reset_gate"}},
                                             .forward = gate_forward,
                                             .backward = gate_backward};
    else
        plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                                             .gate_count = 0,
                                             .forward = scale_forward,
                                             .backward = scale_backward};
    plan->stages[1] = (rondo_cell_stage){.source = RONDO_SOURCE_INTERMEDIATE(0),
                                         .gate_count = 1,
                                         .gates = {{.name = "candidate"}},
                                         .forward = candidate_forward,
                                         .backward = candidate_backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_minion_recurrent_unit;
const rondo_cell rondo_plugin_minion_recurrent_unit = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "minion_recurrent_unit",
             .summary = "GRU whose gates are fixed coefficients (MiRU)",
             .equations =
                 "r_t = reset; with reset_gate: reset * sigmoid(x_t W_r + b_r + h_{t-1} U_r)\n"
                 "n_t = tanh(x_t W + b + (r_t * h_{t-1}) U)             candidate\n"
                 "h_t = update * h_{t-1} + (1 - update) * n_t",
             .source = "Zyarah & Kudithipudi (2025), arXiv:2503.06175",
             .config_size = sizeof(minion_recurrent_unit_config), .options = options},
    .plan = plan,
};
