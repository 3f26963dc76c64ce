/* Chaos-free network (Laurent & von Brecht 2016, arXiv:1612.06212): a gated unit whose state goes
 * to 0 without input, instead of having dynamics of its own.
 *
 *     n_t = tanh(x_t W_n)                                   content
 *     f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f)            forget (horizontal) gate
 *     i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i)            input (vertical) gate
 *     h_t = f_t * tanh(h_{t-1}) + i_t * n_t
 *
 * The tape holds q = tanh(h_{t-1}).
 *
 * Back:
 *
 *     df = dh q f (1-f)    di = dh n i (1-i)    dn = dh i (1-n)(1+n)    dh_{t-1} += dh f (1-q)(1+q)
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { CONTENT, FORGET, INPUT };

typedef struct chaos_free_network_config {
    double forget_bias;
    double input_bias;
} chaos_free_network_config;

static const rondo_option options[] = {
    RONDO_REAL(chaos_free_network_config, forget_bias, 1.0, -100.0, 100.0, 0,
               "initial bias of the forget gate"),
    RONDO_REAL(chaos_free_network_config, input_bias, -1.0, -100.0, 100.0, 0,
               "initial bias of the input gate"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CONTENT);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *q = rondo_tile_tape(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            n[u] = rondo_tanh(n[u]);
            f[u] = rondo_sigmoid(f[u]);
            i[u] = rondo_sigmoid(i[u]);
            q[u] = rondo_tanh(before[u]);
            h[u] = f[u] * q[u] + i[u] * n[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CONTENT);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        const rondo_real *q = rondo_tile_tape(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real di = dh[u] * n[u] * rondo_sigmoid_slope(i[u]);
            n[u] = dh[u] * i[u] * rondo_tanh_slope(n[u]);
            d_before[u] += dh[u] * f[u] * rondo_tanh_slope(q[u]);
            f[u] = dh[u] * q[u] * rondo_sigmoid_slope(f[u]);
            i[u] = di;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const chaos_free_network_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->tape_count = 1;
    plan->stage_count = 2;
    plan->stages[0] =
        (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                           .gate_count = 1,
                           .gates = {{.name = "content", .flags = RONDO_GATE_NO_BIAS}},
                           .forward = rondo_cell_no_work,
                           .backward = rondo_cell_no_work};
    plan->stages[1] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                                         .gate_count = 2,
                                         .gates = {{.name = "forget_gate", .bias = c->forget_bias},
                                                   {.name = "input_gate", .bias = c->input_bias}},
                                         .forward = forward,
                                         .backward = backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_chaos_free_network;
const rondo_cell rondo_plugin_chaos_free_network = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "chaos_free_network",
             .summary = "gated unit whose state decays to 0 without input (CFN)",
             .equations =
                 "n_t = tanh(x_t W_n)                                   content\n"
                 "f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f)            forget (horizontal) gate\n"
                 "i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i)            input (vertical) gate\n"
                 "h_t = f_t * tanh(h_{t-1}) + i_t * n_t",
             .source = "Laurent & von Brecht (2016), arXiv:1612.06212",
             .config_size = sizeof(chaos_free_network_config), .options = options},
    .plan = plan,
};
