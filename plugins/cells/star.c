/* Stackable recurrent cell (Turkoglu, D'Aronco, Wegner & Schindler 2019, arXiv:1911.11033): one
 * gate and few parameters, made so that gradients keep their size through deep stacks.
 *
 *     n_t = tanh(x_t W_n + b_n)                             candidate
 *     k_t = sigmoid(x_t W_k + b_k + h_{t-1} U_k)            update gate
 *     h_t = tanh((1 - k_t) * h_{t-1} + k_t * n_t)
 *
 * Back:
 *
 *     da = dh (1-h)(1+h)    dk = da (n - h_{t-1}) k (1-k)    dn = da k (1-n)(1+n)    dh_{t-1} += da (1 - k)
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { CANDIDATE, UPDATE };

static const rondo_option options[] = {RONDO_OPTIONS_END};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *k = rondo_tile_gate(tile, row, UPDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            n[u] = rondo_tanh(n[u]);
            k[u] = rondo_sigmoid(k[u]);
            h[u] = rondo_tanh((1 - k[u]) * before[u] + k[u] * n[u]);
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *k = rondo_tile_gate(tile, row, UPDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *h = rondo_tile_state(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real da = dh[u] * rondo_tanh_slope(h[u]);
            rondo_real dk = da * (n[u] - before[u]) * rondo_sigmoid_slope(k[u]);
            d_before[u] += da * (1 - k[u]);
            n[u] = da * k[u] * rondo_tanh_slope(n[u]);
            k[u] = dk;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 2;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                                         .gate_count = 1,
                                         .gates = {{.name = "candidate"}},
                                         .forward = rondo_cell_no_work,
                                         .backward = rondo_cell_no_work};
    plan->stages[1] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                                         .gate_count = 1,
                                         .gates = {{.name = "update_gate"}},
                                         .forward = forward,
                                         .backward = backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_star;
const rondo_cell rondo_plugin_star = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "star",
             .summary = "one gate, for deep stacks (stackable recurrent cell, STAR)",
             .equations = "n_t = tanh(x_t W_n + b_n)                             candidate\n"
                          "k_t = sigmoid(x_t W_k + b_k + h_{t-1} U_k)            update gate\n"
                          "h_t = tanh((1 - k_t) * h_{t-1} + k_t * n_t)",
             .source = "Turkoglu, D'Aronco, Wegner & Schindler (2019), arXiv:1911.11033",
             .options = options},
    .plan = plan,
};
