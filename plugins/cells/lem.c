/* Long expressive memory (Rusch, Mishra, Erichson & Mahoney 2022, arXiv:2110.04744, equation 3): two
 * states with learnt steps of time, for what is slow and what is fast.
 *
 *     s_t = dt sigmoid(x_t W_s + b_s + h_{t-1} U_s)      step of the memory
 *     k_t = dt sigmoid(x_t W_k + b_k + h_{t-1} U_k)      step of the hidden state
 *     m_t = (1 - s_t) * m_{t-1} + s_t * v_t              v_t = tanh(x_t W_v + b_v + h_{t-1} U_v)
 *     h_t = (1 - k_t) * h_{t-1} + k_t * w_t              w_t = tanh(x_t W_w + b_w + m_t U_w)
 *
 * The paper's z is m here, its y is h. Two stages; m_t is the source of the second. Back, S and K the
 * sigmoids, e = dm_t and what the host adds through U_w:
 *
 *     dw = dh k (1-w)(1+w)    dk = dh dt (w - h_{t-1}) K (1-K)    dh_{t-1} += dh (1 - k)
 *     dv = e s (1-v)(1+v)     ds = e dt (v - m_{t-1}) S (1-S)     dm_{t-1} += e (1 - s)
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, MEMORY };
enum { MEMORY_STEP, HIDDEN_STEP, MEMORY_CANDIDATE, FIRST_GATES, HIDDEN_CANDIDATE = FIRST_GATES };

typedef struct lem_config {
    double dt;
} lem_config;

static const rondo_option options[] = {
    RONDO_REAL(lem_config, dt, 1.0, 0, 100.0, RONDO_OPEN_LOW, "longest time step"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void memory_forward(const void *config, const rondo_cell_tile *tile)
{
    const lem_config *c = config;
    rondo_real dt = (rondo_real)c->dt;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *s = rondo_tile_gate(tile, row, MEMORY_STEP);
        rondo_real *k = rondo_tile_gate(tile, row, HIDDEN_STEP);
        rondo_real *v = rondo_tile_gate(tile, row, MEMORY_CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, MEMORY);
        rondo_real *m = rondo_tile_state(tile, row, MEMORY);
        rondo_real *source = rondo_tile_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            s[u] = rondo_sigmoid(s[u]);
            k[u] = rondo_sigmoid(k[u]);
            v[u] = rondo_tanh(v[u]);
            source[u] = m[u] = before[u] + dt * s[u] * (v[u] - before[u]);
        }
    }
}

RONDO_VECTORISED static void hidden_forward(const void *config, const rondo_cell_tile *tile)
{
    const lem_config *c = config;
    rondo_real dt = (rondo_real)c->dt;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *k = rondo_tile_gate(tile, row, HIDDEN_STEP);
        rondo_real *w = rondo_tile_gate(tile, row, HIDDEN_CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, HIDDEN);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            w[u] = rondo_tanh(w[u]);
            h[u] = before[u] + dt * k[u] * (w[u] - before[u]);
        }
    }
}

RONDO_VECTORISED static void hidden_backward(const void *config, const rondo_cell_tile *tile)
{
    const lem_config *c = config;
    rondo_real dt = (rondo_real)c->dt;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *k = rondo_tile_gate(tile, row, HIDDEN_STEP);
        rondo_real *w = rondo_tile_gate(tile, row, HIDDEN_CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, HIDDEN);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, HIDDEN);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real share = dt * k[u];
            d_before[u] += dh[u] * (1 - share);
            k[u] = dh[u] * dt * (w[u] - before[u]) * rondo_sigmoid_slope(k[u]);
            w[u] = dh[u] * share * rondo_tanh_slope(w[u]);
        }
    }
}

RONDO_VECTORISED static void memory_backward(const void *config, const rondo_cell_tile *tile)
{
    const lem_config *c = config;
    rondo_real dt = (rondo_real)c->dt;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *s = rondo_tile_gate(tile, row, MEMORY_STEP);
        rondo_real *v = rondo_tile_gate(tile, row, MEMORY_CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, MEMORY);
        const rondo_real *dm = rondo_tile_d_state(tile, row, MEMORY);
        const rondo_real *d_source = rondo_tile_d_intermediate(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, MEMORY);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real e = dm[u] + d_source[u], share = dt * s[u];
            d_before[u] += e * (1 - share);
            s[u] = e * dt * (v[u] - before[u]) * rondo_sigmoid_slope(s[u]);
            v[u] = e * share * rondo_tanh_slope(v[u]);
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    rondo_cell_stage *first = &plan->stages[0], *second = &plan->stages[1];
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[MEMORY] = "memory";
    plan->intermediate_count = 1;
    plan->intermediates[0] = "new_memory";
    plan->stage_count = 2;
    first->source = RONDO_SOURCE_STATE(HIDDEN);
    first->gate_count = FIRST_GATES;
    first->gates[MEMORY_STEP].name = "memory_gate";
    first->gates[HIDDEN_STEP].name = "hidden_gate";
    first->gates[MEMORY_CANDIDATE].name = "memory_candidate";
    first->forward = memory_forward;
    first->backward = memory_backward;
    second->source = RONDO_SOURCE_INTERMEDIATE(0);
    second->gate_count = 1;
    second->gates[0].name = "hidden_candidate";
    second->forward = hidden_forward;
    second->backward = hidden_backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_lem;
const rondo_cell rondo_plugin_lem = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "lem",
             .summary = "long expressive memory: two states with learned time steps",
             .equations = "s_t = dt sigmoid(x_t W_s + b_s + h_{t-1} U_s)\n"
                          "k_t = dt sigmoid(x_t W_k + b_k + h_{t-1} U_k)\n"
                          "m_t = (1 - s_t) * m_{t-1} + s_t * tanh(x_t W_v + b_v + h_{t-1} U_v)\n"
                          "h_t = (1 - k_t) * h_{t-1} + k_t * tanh(x_t W_w + b_w + m_t U_w)",
             .source = "Rusch, Mishra, Erichson & Mahoney (2022), arXiv:2110.04744, equation 3",
             .config_size = sizeof(lem_config), .options = options},
    .plan = plan,
};
