/* MUT2, the second of the best architectures found by mutation (Jozefowicz, Zaremba & Sutskever
 * 2015, section 3.6): a GRU whose reset gate takes the input itself.
 *
 *     z_t = sigmoid(x_t W_z + b_z + h_{t-1} U_z)            update gate
 *     r_t = sigmoid(x_t + b_r + h_{t-1} U_r)                reset gate
 *     n_t = tanh(x_t W_n + b_n + (r_t * h_{t-1}) U_n)       candidate
 *     h_t = n_t * z_t + h_{t-1} * (1 - z_t)
 *
 * The input must be as wide as the layer. With weights for the input in the reset gate this would be
 * gru.c.
 *
 * Back:
 *
 *     second   dn = dh z (1-n)(1+n)    dz = dh (n - h_{t-1}) z (1-z)    dh_{t-1} += dh (1 - z)
 *              d(r h) = dn U_n^T (the host)
 *     first    dr = d(r h) h_{t-1} r (1-r)    dx += dr                  dh_{t-1} += d(r h) r
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { UPDATE, RESET, CANDIDATE };

static const rondo_option options[] = {RONDO_OPTIONS_END};

RONDO_VECTORISED static void gates_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *r = rondo_tile_gate(tile, row, RESET);
        const rondo_real *x = rondo_tile_input(tile, row);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *reset_hidden = rondo_tile_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            z[u] = rondo_sigmoid(z[u]);
            r[u] = rondo_sigmoid(r[u] + x[u]);
            reset_hidden[u] = r[u] * before[u];
        }
    }
}

RONDO_VECTORISED static void candidate_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            n[u] = rondo_tanh(n[u]);
            h[u] = n[u] * z[u] + before[u] * (1 - z[u]);
        }
    }
}

RONDO_VECTORISED static void candidate_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dz = dh[u] * (n[u] - before[u]) * rondo_sigmoid_slope(z[u]);
            d_before[u] += dh[u] * (1 - z[u]);
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
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *d_reset = rondo_tile_d_intermediate(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
        rondo_real *dx = rondo_tile_d_input(tile, row);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            d_before[u] += d_reset[u] * r[u];
            r[u] = d_reset[u] * before[u] * rondo_sigmoid_slope(r[u]);
            dx[u] += r[u];
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->intermediate_count = 1;
    plan->intermediates[0] = "reset_hidden";
    plan->stage_count = 2;
    plan->stages[0] = (rondo_cell_stage){
        .source = RONDO_SOURCE_STATE(0),
        .gate_count = 2,
        .gates = {{.name = "update_gate"}, {.name = "reset_gate", .flags = RONDO_GATE_NO_INPUT}},
        .forward = gates_forward,
        .backward = gates_backward};
    plan->stages[1] = (rondo_cell_stage){.source = RONDO_SOURCE_INTERMEDIATE(0),
                                         .gate_count = 1,
                                         .gates = {{.name = "candidate"}},
                                         .forward = candidate_forward,
                                         .backward = candidate_backward};
    plan->whole_rows = plan->wants_input = plan->needs_equal_widths = true;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_mut2;
const rondo_cell rondo_plugin_mut2 = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "mut2",
             .summary =
                 "gated recurrent unit whose reset gate takes the input itself, found by mutation",
             .equations = "z_t = sigmoid(x_t W_z + b_z + h_{t-1} U_z)            update gate\n"
                          "r_t = sigmoid(x_t + b_r + h_{t-1} U_r)                reset gate\n"
                          "n_t = tanh(x_t W_n + b_n + (r_t * h_{t-1}) U_n)       candidate\n"
                          "h_t = n_t * z_t + h_{t-1} * (1 - z_t)",
             .source = "Jozefowicz, Zaremba & Sutskever (2015), An empirical exploration of "
                       "recurrent network architectures, section 3.6, MUT2",
             .options = options},
    .plan = plan,
};
