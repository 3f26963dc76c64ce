/* Bistable recurrent cell, and its neuromodulated form (Vecoven, Ernst & Drion 2021, PLoS ONE
 * 16(6), arXiv:2006.05252): a GRU whose units remember by themselves. Where a > 1 a unit has two
 * stable states.
 *
 *     a_t = 1 + tanh(x_t W_a + b_a + w_a * h_{t-1})         feedback, between 0 and 2
 *     c_t = sigmoid(x_t W_c + b_c + w_c * h_{t-1})          update gate
 *     n_t = tanh(x_t W_n + b_n + a_t * h_{t-1})             candidate
 *     h_t = c_t * h_{t-1} + (1 - c_t) * n_t
 *     neuromodulated: h_{t-1} U_a, h_{t-1} U_c in place of w_a * h_{t-1}, w_c * h_{t-1}
 *
 * The gate block of a holds m = a - 1 between forward and backward. Bistable, there is no recurrent
 * product.
 *
 * Back:
 *
 *     dn = dh (1 - c) (1-n)(1+n)    dc = dh (h_{t-1} - n) c (1-c)    da = dn h_{t-1} (1-m)(1+m)
 *     dh_{t-1} += dh c + dn a       bistable: + da w_a + dc w_c
 *     dw_a = sum da h_{t-1}         dw_c = sum dc h_{t-1}
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { CANDIDATE, FEEDBACK, UPDATE };

typedef struct bistable_recurrent_config {
    bool neuromodulated;
} bistable_recurrent_config;

static const rondo_option options[] = {
    RONDO_BOOLEAN(bistable_recurrent_config, neuromodulated, 0,
                  "feedback and update gate see all units instead of their own (nBRC)"),
    RONDO_OPTIONS_END,
};

/* sum += factor * by */
RONDO_INLINE void add_products(rondo_real *sum, const rondo_real *factor, const rondo_real *by,
                               int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++)
        sum[u] += factor[u] * by[u];
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const bistable_recurrent_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *m = rondo_tile_gate(tile, row, FEEDBACK);
        rondo_real *g = rondo_tile_gate(tile, row, UPDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
        if (!c->neuromodulated) {
            add_products(m, tile->unit_parameters[0], before, tile->units);
            add_products(g, tile->unit_parameters[1], before, tile->units);
        }
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            m[u] = rondo_tanh(m[u]);
            g[u] = rondo_sigmoid(g[u]);
            n[u] = rondo_tanh(n[u] + (1 + m[u]) * before[u]);
            h[u] = g[u] * before[u] + (1 - g[u]) * n[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const bistable_recurrent_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *m = rondo_tile_gate(tile, row, FEEDBACK);
        rondo_real *g = rondo_tile_gate(tile, row, UPDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dg = dh[u] * (before[u] - n[u]) * rondo_sigmoid_slope(g[u]);
            n[u] = dh[u] * (1 - g[u]) * rondo_tanh_slope(n[u]);
            d_before[u] += dh[u] * g[u] + n[u] * (1 + m[u]);
            m[u] = n[u] * before[u] * rondo_tanh_slope(m[u]);
            g[u] = dg;
        }
        if (!c->neuromodulated) {
            add_products(d_before, m, tile->unit_parameters[0], tile->units);
            add_products(d_before, g, tile->unit_parameters[1], tile->units);
        }
    }
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    rondo_real *sum_a = d_unit_parameters[0];
    rondo_real *sum_c = d_unit_parameters[1];
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *da = rondo_tile_gate(tile, row, FEEDBACK);
        const rondo_real *dc = rondo_tile_gate(tile, row, UPDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            sum_a[u] += da[u] * before[u];
            sum_c[u] += dc[u] * before[u];
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const bistable_recurrent_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    if (c->neuromodulated) {
        plan->stage_count = 2;
        plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                                             .gate_count = 1,
                                             .gates = {{.name = "candidate"}},
                                             .forward = rondo_cell_no_work,
                                             .backward = rondo_cell_no_work};
        plan->stages[1] =
            (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                               .gate_count = 2,
                               .gates = {{.name = "feedback"}, {.name = "update_gate"}},
                               .forward = forward,
                               .backward = backward};
        return;
    }
    plan->stage_count = 1;
    plan->stages[0] = (rondo_cell_stage){
        .source = RONDO_SOURCE_NONE,
        .gate_count = 3,
        .gates = {{.name = "candidate"}, {.name = "feedback"}, {.name = "update_gate"}},
        .forward = forward,
        .backward = backward};
    plan->unit_parameter_count = 2;
    plan->unit_parameters[0] =
        (rondo_cell_unit_parameter){.name = "feedback_weight", .spread = 0.5};
    plan->unit_parameters[1] = (rondo_cell_unit_parameter){.name = "update_weight", .spread = 0.5};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_bistable_recurrent;
const rondo_cell rondo_plugin_bistable_recurrent = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "bistable_recurrent",
         .summary = "units with two stable states each (BRC, nBRC)",
         .equations =
             "a_t = 1 + tanh(x_t W_a + b_a + w_a * h_{t-1})         feedback, between 0 and 2\n"
             "c_t = sigmoid(x_t W_c + b_c + w_c * h_{t-1})          update gate\n"
             "n_t = tanh(x_t W_n + b_n + a_t * h_{t-1})             candidate\n"
             "h_t = c_t * h_{t-1} + (1 - c_t) * n_t\n"
             "neuromodulated: h_{t-1} U_a, h_{t-1} U_c in place of w_a * h_{t-1}, w_c * h_{t-1}",
         .source = "Vecoven, Ernst & Drion (2021), PLoS ONE 16(6):e0252676, arXiv:2006.05252",
         .config_size = sizeof(bistable_recurrent_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
