/* MUT3, the third of the best architectures found by mutation (Jozefowicz, Zaremba & Sutskever
 * 2015, section 3.6): a GRU whose update gate reads tanh(h).
 *
 *     r_t = sigmoid(x_t W_r + b_r + h_{t-1} U_r)            reset gate
 *     z_t = sigmoid(x_t W_z + b_z + tanh(h_{t-1}) U_z)      update gate
 *     n_t = tanh(x_t W_n + b_n + (r_t * h_{t-1}) U_n)       candidate
 *     h_t = n_t * z_t + h_{t-1} * (1 - z_t)
 *
 * Three stages, one a source: h (makes q = tanh(h) and r * h), q, r * h. Back:
 *
 *     third    dn = dh z (1-n)(1+n)          d(r h) = dn U_n^T (the host)
 *     second   dz = dh (n - h_{t-1}) z (1-z) dq = dz U_z^T (the host)
 *     first    dr = d(r h) h_{t-1} r (1-r)
 *              dh_{t-1} += dh (1 - z) + d(r h) r + dq (1-q)(1+q)
 *
 * The gate blocks hold r, z, n between forward and backward. Backward of the third stage turns n
 * and z into their gradients, for there both are at hand for the last time, and adds dh (1 - z).
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { RESET, UPDATE, CANDIDATE };
enum { SQUASHED, RESET_HIDDEN };

static const rondo_option options[] = {RONDO_OPTIONS_END};

RONDO_VECTORISED static void reset_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RESET);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *q = rondo_tile_intermediate(tile, row, SQUASHED);
        rondo_real *intermediate = rondo_tile_intermediate(tile, row, RESET_HIDDEN);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            r[u] = rondo_sigmoid(r[u]);
            q[u] = rondo_tanh(before[u]);
            intermediate[u] = r[u] * before[u];
        }
    }
}

RONDO_VECTORISED static void update_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
#pragma omp simd
        for (int64_t u = 0; u < units; u++)
            z[u] = rondo_sigmoid(z[u]);
    }
}

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
            h[u] = n[u] * z[u] + before[u] * (1 - z[u]);
        }
    }
}

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
            rondo_real dz = dh[u] * (n[u] - before[u]) * rondo_sigmoid_slope(z[u]);
            d_before[u] += dh[u] * (1 - z[u]);
            n[u] = dh[u] * z[u] * rondo_tanh_slope(n[u]);
            z[u] = dz;
        }
    }
}

RONDO_VECTORISED static void reset_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RESET);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *q = rondo_tile_intermediate(tile, row, SQUASHED);
        const rondo_real *dq = rondo_tile_d_intermediate(tile, row, SQUASHED);
        const rondo_real *d_intermediate = rondo_tile_d_intermediate(tile, row, RESET_HIDDEN);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            d_before[u] += d_intermediate[u] * r[u] + dq[u] * rondo_tanh_slope(q[u]);
            r[u] = d_intermediate[u] * before[u] * rondo_sigmoid_slope(r[u]);
        }
    }
}

static void add_stage(rondo_cell_plan *plan, int32_t number, int32_t source, const char *gate,
                      rondo_cell_function forward, rondo_cell_function backward)
{
    rondo_cell_stage *stage = &plan->stages[number];
    stage->source = source;
    stage->gate_count = 1;
    stage->gates[0].name = gate;
    stage->forward = forward;
    stage->backward = backward;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->intermediate_count = 2;
    plan->intermediates[SQUASHED] = "squashed_hidden";
    plan->intermediates[RESET_HIDDEN] = "reset_hidden";
    plan->stage_count = 3;
    add_stage(plan, 0, RONDO_SOURCE_STATE(0), "reset_gate", reset_forward, reset_backward);
    /* dz lies in its gate block since the third stage */
    add_stage(plan, 1, RONDO_SOURCE_INTERMEDIATE(SQUASHED), "update_gate", update_forward,
              rondo_cell_no_work);
    add_stage(plan, 2, RONDO_SOURCE_INTERMEDIATE(RESET_HIDDEN), "candidate", candidate_forward,
              candidate_backward);
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_mut3;
const rondo_cell rondo_plugin_mut3 = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "mut3",
             .summary = "gated recurrent unit whose update gate reads tanh(h), found by mutation",
             .equations = "r_t = sigmoid(x_t W_r + b_r + h_{t-1} U_r)\n"
                          "z_t = sigmoid(x_t W_z + b_z + tanh(h_{t-1}) U_z)\n"
                          "n_t = tanh(x_t W_n + b_n + (r_t * h_{t-1}) U_n)\n"
                          "h_t = n_t * z_t + h_{t-1} * (1 - z_t)",
             .source = "Jozefowicz, Zaremba & Sutskever (2015), An empirical exploration of "
                       "recurrent network architectures, section 3.6, MUT3",
             .options = options},
    .plan = plan,
};
