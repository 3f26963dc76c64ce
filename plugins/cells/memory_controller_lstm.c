/* LSTM with a memory controller, MCLSTM (Ben-Ari & Shwartz-Ziv 2017, NIPS time series workshop):
 * what the gates see of the step before is not the output, but the cell state behind a gate of
 * its own.
 *
 *     i_t = sigmoid(x_t W_i + b_i + v_{t-1} U_i)            input gate
 *     f_t = sigmoid(x_t W_f + b_f + v_{t-1} U_f)            forget gate
 *     n_t = tanh(x_t W_n + b_n + v_{t-1} U_n)               candidate
 *     o_t = sigmoid(x_t W_o + b_o + v_{t-1} U_o)            output gate
 *     m_t = sigmoid(x_t W_m + b_m + v_{t-1} U_m)            memory gate
 *     c_t = f_t * c_{t-1} + i_t * n_t
 *     h_t = o_t * tanh(c_t)                                 output
 *     v_t = m_t * tanh(c_t)                                 what the next step sees
 *
 * Back:
 *
 *     do = dh q o (1-o)    dm = dv q m (1-m)    dc = dc_t + (dh o + dv m) (1-q)(1+q), q = tanh(c)
 *     di = dc n i (1-i)    df = dc c_{t-1} f (1-f)    dn = dc i (1-n)(1+n)    dc_{t-1} += dc f
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL, CONTROL };
enum { INPUT, FORGET, CANDIDATE, OUTPUT, MEMORY };

typedef struct memory_controller_lstm_config {
    double forget_bias;
} memory_controller_lstm_config;

static const rondo_option options[] = {
    RONDO_REAL(memory_controller_lstm_config, forget_bias, 1.0, -100.0, 100.0, 0,
               "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        rondo_real *m = rondo_tile_gate(tile, row, MEMORY);
        rondo_real *q = rondo_tile_tape(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
        rondo_real *cell = rondo_tile_state(tile, row, CELL);
        rondo_real *v = rondo_tile_state(tile, row, CONTROL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            i[u] = rondo_sigmoid(i[u]);
            f[u] = rondo_sigmoid(f[u]);
            n[u] = rondo_tanh(n[u]);
            o[u] = rondo_sigmoid(o[u]);
            m[u] = rondo_sigmoid(m[u]);
            cell[u] = f[u] * before[u] + i[u] * n[u];
            q[u] = rondo_tanh(cell[u]);
            h[u] = o[u] * q[u];
            v[u] = m[u] * q[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        rondo_real *m = rondo_tile_gate(tile, row, MEMORY);
        const rondo_real *q = rondo_tile_tape(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
        const rondo_real *dv = rondo_tile_d_state(tile, row, CONTROL);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dc = dc_in[u] + (dh[u] * o[u] + dv[u] * m[u]) * rondo_tanh_slope(q[u]);
            rondo_real di = dc * n[u] * rondo_sigmoid_slope(i[u]);
            o[u] = dh[u] * q[u] * rondo_sigmoid_slope(o[u]);
            m[u] = dv[u] * q[u] * rondo_sigmoid_slope(m[u]);
            n[u] = dc * i[u] * rondo_tanh_slope(n[u]);
            i[u] = di;
            d_before[u] += dc * f[u];
            f[u] = dc * before[u] * rondo_sigmoid_slope(f[u]);
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const memory_controller_lstm_config *c = config;
    plan->state_count = 3;
    plan->states[0] = "hidden";
    plan->states[1] = "cell";
    plan->states[2] = "control";
    plan->tape_count = 1;
    plan->stage_count = 1;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(CONTROL),
                                         .gate_count = 5,
                                         .gates = {{.name = "input_gate"},
                                                   {.name = "forget_gate", .bias = c->forget_bias},
                                                   {.name = "candidate"},
                                                   {.name = "output_gate"},
                                                   {.name = "memory_gate"}},
                                         .forward = forward,
                                         .backward = backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_memory_controller_lstm;
const rondo_cell rondo_plugin_memory_controller_lstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "memory_controller_lstm",
             .summary = "LSTM whose gates see the cell state through a gate of its own (MCLSTM)",
             .equations =
                 "i_t = sigmoid(x_t W_i + b_i + v_{t-1} U_i)            input gate\n"
                 "f_t = sigmoid(x_t W_f + b_f + v_{t-1} U_f)            forget gate\n"
                 "n_t = tanh(x_t W_n + b_n + v_{t-1} U_n)               candidate\n"
                 "o_t = sigmoid(x_t W_o + b_o + v_{t-1} U_o)            output gate\n"
                 "m_t = sigmoid(x_t W_m + b_m + v_{t-1} U_m)            memory gate\n"
                 "c_t = f_t * c_{t-1} + i_t * n_t\n"
                 "h_t = o_t * tanh(c_t)                                 output\n"
                 "v_t = m_t * tanh(c_t)                                 what the next step sees",
             .source = "Ben-Ari & Shwartz-Ziv (2017), Sequence modeling using a memory controller "
                       "extension for LSTM, NIPS time series workshop",
             .config_size = sizeof(memory_controller_lstm_config), .options = options},
    .plan = plan,
};
