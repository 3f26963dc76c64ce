/* Light recurrent unit (Ye, Zhang, Liu, Li, Chang & Zheng 2024, Electronics 13(16), 3204): one
 * gate, and a candidate that sees only the input.
 *
 *     n_t = tanh(x_t W_n)                                   candidate
 *     f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f)            forget gate
 *     h_t = (1 - f_t) * h_{t-1} + f_t * n_t
 *
 * Back:
 *
 *     dn = dh f (1-n)(1+n)    df = dh (n - h_{t-1}) f (1-f)    dh_{t-1} += dh (1 - f)
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { CANDIDATE, FORGET };

static const rondo_option options[] = {RONDO_OPTIONS_END};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            n[u] = rondo_tanh(n[u]);
            f[u] = rondo_sigmoid(f[u]);
            h[u] = (1 - f[u]) * before[u] + f[u] * n[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real df = dh[u] * (n[u] - before[u]) * rondo_sigmoid_slope(f[u]);
            d_before[u] += dh[u] * (1 - f[u]);
            n[u] = dh[u] * f[u] * rondo_tanh_slope(n[u]);
            f[u] = df;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 2;
    plan->stages[0] =
        (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                           .gate_count = 1,
                           .gates = {{.name = "candidate", .flags = RONDO_GATE_NO_BIAS}},
                           .forward = rondo_cell_no_work,
                           .backward = rondo_cell_no_work};
    plan->stages[1] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                                         .gate_count = 1,
                                         .gates = {{.name = "forget_gate"}},
                                         .forward = forward,
                                         .backward = backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_light_recurrent_unit;
const rondo_cell rondo_plugin_light_recurrent_unit = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "light_recurrent_unit",
             .summary = "one gate, and a candidate that sees only the input (LightRU)",
             .equations = "n_t = tanh(x_t W_n)                                   candidate\n"
                          "f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f)            forget gate\n"
                          "h_t = (1 - f_t) * h_{t-1} + f_t * n_t",
             .source = "Ye, Zhang, Liu, Li, Chang & Zheng (2024), Light recurrent unit, "
                       "Electronics 13(16), 3204",
             .options = options},
    .plan = plan,
};
