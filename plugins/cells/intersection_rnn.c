/* Intersection RNN, +RNN (Collins, Sohl-Dickstein & Sussillo 2016, arXiv:1611.09913, section
 * 2.1): two gated paths, one through time and one through the layers, that meet in each unit.
 *
 *     v_t = relu(x_t W_v + b_v + h_{t-1} U_v)               candidate of the output
 *     n_t = tanh(x_t W_n + b_n + h_{t-1} U_n)               candidate of the state
 *     p_t = sigmoid(x_t W_p + b_p + h_{t-1} U_p)            depth gate
 *     g_t = sigmoid(x_t W_g + b_g + h_{t-1} U_g)            time gate
 *     y_t = p_t * k_t + (1 - p_t) * v_t                     output
 *     h_t = g_t * h_{t-1} + (1 - g_t) * n_t                 state
 *     k_t = x_t W_k with projection, x_t without
 *
 * Back:
 *
 *     dp = dy (k - v) p (1-p)          dv = dy (1 - p) [v > 0]      dk = dy p
 *     dg = dh (h_{t-1} - n) g (1-g)    dn = dh (1 - g) (1-n)(1+n)   dh_{t-1} += dh g
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { OUTPUT, HIDDEN };
enum { OUTPUT_CANDIDATE, CANDIDATE, DEPTH, TIME, HIGHWAY };

typedef struct intersection_rnn_config {
    bool projection;
    double gate_bias;
} intersection_rnn_config;

static const rondo_option options[] = {
    RONDO_BOOLEAN(intersection_rnn_config, projection, 1,
                  "the path through the layers has weights of its own; without them the input must "
                  "be as wide as the layer"),
    RONDO_REAL(intersection_rnn_config, gate_bias, 1.0, -100.0, 100.0, 0,
               "initial biases of both gates; above 0, state and input pass through"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const intersection_rnn_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *v = rondo_tile_gate(tile, row, OUTPUT_CANDIDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *p = rondo_tile_gate(tile, row, DEPTH);
        rondo_real *g = rondo_tile_gate(tile, row, TIME);
        const rondo_real *k =
            c->projection ? rondo_tile_gate(tile, row, HIGHWAY) : rondo_tile_input(tile, row);
        const rondo_real *before = rondo_tile_previous(tile, row, HIDDEN);
        rondo_real *y = rondo_tile_state(tile, row, OUTPUT);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            v[u] = v[u] > 0 ? v[u] : 0;
            n[u] = rondo_tanh(n[u]);
            p[u] = rondo_sigmoid(p[u]);
            g[u] = rondo_sigmoid(g[u]);
            y[u] = p[u] * k[u] + (1 - p[u]) * v[u];
            h[u] = g[u] * before[u] + (1 - g[u]) * n[u];
        }
    }
}

/* dk = dy p, while the depth gate still has its value. */
RONDO_INLINE void highway_backward(const intersection_rnn_config *c, const rondo_cell_tile *tile,
                                   int64_t row)
{
    const rondo_real *p = rondo_tile_gate(tile, row, DEPTH);
    const rondo_real *dy = rondo_tile_d_state(tile, row, OUTPUT);
    rondo_real *k = c->projection ? rondo_tile_gate(tile, row, HIGHWAY) : NULL;
    rondo_real *dx = c->projection ? NULL : rondo_tile_d_input(tile, row);
    if (c->projection) {
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++)
            k[u] = dy[u] * p[u];
    } else {
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++)
            dx[u] += dy[u] * p[u];
    }
}

RONDO_INLINE void output_backward(const intersection_rnn_config *c, const rondo_cell_tile *tile,
                                  int64_t row)
{
    rondo_real *v = rondo_tile_gate(tile, row, OUTPUT_CANDIDATE);
    rondo_real *p = rondo_tile_gate(tile, row, DEPTH);
    const rondo_real *k =
        c->projection ? rondo_tile_gate(tile, row, HIGHWAY) : rondo_tile_input(tile, row);
    const rondo_real *dy = rondo_tile_d_state(tile, row, OUTPUT);
    rondo_real *dp = rondo_tile_tape(tile, row, 0);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        dp[u] = dy[u] * (k[u] - v[u]) * rondo_sigmoid_slope(p[u]);
        v[u] = v[u] > 0 ? dy[u] * (1 - p[u]) : 0;
    }
    highway_backward(c, tile, row);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++)
        p[u] = dp[u];
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const intersection_rnn_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *g = rondo_tile_gate(tile, row, TIME);
        const rondo_real *before = rondo_tile_previous(tile, row, HIDDEN);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, HIDDEN);
        output_backward(c, tile, row);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dg = dh[u] * (before[u] - n[u]) * rondo_sigmoid_slope(g[u]);
            d_before[u] += dh[u] * g[u];
            n[u] = dh[u] * (1 - g[u]) * rondo_tanh_slope(n[u]);
            g[u] = dg;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const intersection_rnn_config *c = config;
    plan->state_count = 2;
    plan->states[0] = "output";
    plan->states[1] = "hidden";
    plan->tape_count = 1;
    plan->stage_count = 2;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(HIDDEN),
                                         .gate_count = 4,
                                         .gates = {{.name = "output_candidate"},
                                                   {.name = "candidate"},
                                                   {.name = "depth_gate", .bias = c->gate_bias},
                                                   {.name = "time_gate", .bias = c->gate_bias}},
                                         .forward = rondo_cell_no_work,
                                         .backward = rondo_cell_no_work};
    plan->stages[1] =
        (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                           .gate_count = c->projection ? 1 : 0,
                           .gates = {{.name = "highway", .flags = RONDO_GATE_NO_BIAS}},
                           .forward = forward,
                           .backward = backward};
    plan->whole_rows = plan->wants_input = plan->needs_equal_widths = !c->projection;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_intersection_rnn;
const rondo_cell rondo_plugin_intersection_rnn = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "intersection_rnn",
             .summary = "a gated path through time and one through the layers (+RNN)",
             .equations =
                 "v_t = relu(x_t W_v + b_v + h_{t-1} U_v)               candidate of the output\n"
                 "n_t = tanh(x_t W_n + b_n + h_{t-1} U_n)               candidate of the state\n"
                 "p_t = sigmoid(x_t W_p + b_p + h_{t-1} U_p)            depth gate\n"
                 "g_t = sigmoid(x_t W_g + b_g + h_{t-1} U_g)            time gate\n"
                 "y_t = p_t * k_t + (1 - p_t) * v_t                     output\n"
                 "h_t = g_t * h_{t-1} + (1 - g_t) * n_t                 state\n"
                 "k_t = x_t W_k with projection, x_t without",
             .source = "Collins, Sohl-Dickstein & Sussillo (2016), arXiv:1611.09913, section 2.1",
             .config_size = sizeof(intersection_rnn_config), .options = options},
    .plan = plan,
};
