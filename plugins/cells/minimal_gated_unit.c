/* Minimal gated unit (Zhou, Wu, Zhang & Zhou 2016, arXiv:1603.09420): one gate that resets
 * and updates.
 *
 *     f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f)            forget gate
 *     n_t = tanh(x_t W_n + b_n + (f_t * h_{t-1}) U_n)       candidate
 *     h_t = (1 - f_t) * h_{t-1} + f_t * n_t
 *
 * Two stages: f * h is made by the first and is the source of the second. Back:
 *
 *     second   dn = dh f (1-n)(1+n)          d(f h) = dn U_n^T (the host)
 *     first    df = (dh (n - h_{t-1}) + d(f h) h_{t-1}) f (1-f)
 *              dh_{t-1} += dh (1 - f) + d(f h) f
 *
 * The gate blocks hold f and n between forward and backward. The first stage's backward runs after
 * the second's has turned n into its gradient, so that one leaves dh (n - h_{t-1}) on the tape.
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { FORGET, CANDIDATE };

static const rondo_option options[] = {RONDO_OPTIONS_END};

RONDO_VECTORISED static void gate_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *intermediate = rondo_tile_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            f[u] = rondo_sigmoid(f[u]);
            intermediate[u] = f[u] * before[u];
        }
    }
}

RONDO_VECTORISED static void candidate_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *difference = rondo_tile_tape(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            n[u] = rondo_tanh(n[u]);
            difference[u] = n[u] - before[u];
            h[u] = (1 - f[u]) * before[u] + f[u] * n[u];
        }
    }
}

RONDO_VECTORISED static void candidate_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++)
            n[u] = dh[u] * f[u] * rondo_tanh_slope(n[u]);
    }
}

RONDO_VECTORISED static void gate_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *difference = rondo_tile_tape(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        const rondo_real *d_intermediate = rondo_tile_d_intermediate(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            d_before[u] += dh[u] * (1 - f[u]) + d_intermediate[u] * f[u];
            f[u] =
                (dh[u] * difference[u] + d_intermediate[u] * before[u]) * rondo_sigmoid_slope(f[u]);
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    rondo_cell_stage *first = &plan->stages[0], *second = &plan->stages[1];
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->intermediate_count = 1;
    plan->intermediates[0] = "gated_hidden";
    plan->tape_count = 1;
    plan->stage_count = 2;
    first->source = RONDO_SOURCE_STATE(0);
    first->gate_count = 1;
    first->gates[0].name = "forget_gate";
    first->forward = gate_forward;
    first->backward = gate_backward;
    second->source = RONDO_SOURCE_INTERMEDIATE(0);
    second->gate_count = 1;
    second->gates[0].name = "candidate";
    second->forward = candidate_forward;
    second->backward = candidate_backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_minimal_gated_unit;
const rondo_cell rondo_plugin_minimal_gated_unit = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "minimal_gated_unit",
             .summary = "one gate that resets and updates (MGU)",
             .equations = "f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f)\n"
                          "n_t = tanh(x_t W_n + b_n + (f_t * h_{t-1}) U_n)\n"
                          "h_t = (1 - f_t) * h_{t-1} + f_t * n_t",
             .source = "Zhou, Wu, Zhang & Zhou (2016), arXiv:1603.09420", .options = options},
    .plan = plan,
};
