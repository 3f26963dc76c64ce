/* LSTM with working memory connections (Landi, Baraldi, Cornia & Cucchiara 2021,
 * arXiv:2109.00020): the gates see the cell state through weights and a tanh, where peepholes see
 * it raw.
 *
 *     i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i + tanh(c_{t-1} V_i))
 *     f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f + tanh(c_{t-1} V_f))
 *     g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)
 *     c_t = f_t * c_{t-1} + i_t * g_t
 *     o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o + tanh(c_t V_o))
 *     h_t = o_t * tanh(c_t)
 *
 * Back:
 *
 *     do = dh q o (1-o)      dq_o = do (1-q_o)(1+q_o), q_o = tanh(c V_o), and so for i and f
 *     dc = dc_t + dh o (1-q)(1+q) + dq_o V_o^T
 *     di = dc g i (1-i)      df = dc c_{t-1} f (1-f)      dg = dc i (1-g)(1+g)
 *     dc_{t-1} += dc f + dq_i V_i^T + dq_f V_f^T, the products by the host
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL };
enum { INPUT, FORGET, CANDIDATE, OUTPUT, INPUT_MEMORY, FORGET_MEMORY, OUTPUT_MEMORY };

typedef struct working_memory_lstm_config {
    double forget_bias;
} working_memory_lstm_config;

static const rondo_option options[] = {
    RONDO_REAL(working_memory_lstm_config, forget_bias, 1.0, -100.0, 100.0, 0,
               "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void memory_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *q_i = rondo_tile_gate(tile, row, INPUT_MEMORY);
        rondo_real *q_f = rondo_tile_gate(tile, row, FORGET_MEMORY);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        rondo_real *cell = rondo_tile_state(tile, row, CELL);
        rondo_real *copy = rondo_tile_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            q_i[u] = rondo_tanh(q_i[u]);
            q_f[u] = rondo_tanh(q_f[u]);
            i[u] = rondo_sigmoid(i[u] + q_i[u]);
            f[u] = rondo_sigmoid(f[u] + q_f[u]);
            g[u] = rondo_tanh(g[u]);
            cell[u] = copy[u] = f[u] * before[u] + i[u] * g[u];
        }
    }
}

RONDO_VECTORISED static void output_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        rondo_real *q_o = rondo_tile_gate(tile, row, OUTPUT_MEMORY);
        rondo_real *q = rondo_tile_tape(tile, row, 0);
        const rondo_real *cell = rondo_tile_intermediate(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            q_o[u] = rondo_tanh(q_o[u]);
            o[u] = rondo_sigmoid(o[u] + q_o[u]);
            q[u] = rondo_tanh(cell[u]);
            h[u] = o[u] * q[u];
        }
    }
}

RONDO_VECTORISED static void output_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        rondo_real *q_o = rondo_tile_gate(tile, row, OUTPUT_MEMORY);
        const rondo_real *q = rondo_tile_tape(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        rondo_real *d_cell = rondo_tile_d_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            d_cell[u] += dh[u] * o[u] * rondo_tanh_slope(q[u]);
            o[u] = dh[u] * q[u] * rondo_sigmoid_slope(o[u]);
            q_o[u] = o[u] * rondo_tanh_slope(q_o[u]);
        }
    }
}

RONDO_VECTORISED static void memory_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *q_i = rondo_tile_gate(tile, row, INPUT_MEMORY);
        rondo_real *q_f = rondo_tile_gate(tile, row, FORGET_MEMORY);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
        const rondo_real *d_cell = rondo_tile_d_intermediate(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dc = dc_in[u] + d_cell[u];
            rondo_real di = dc * g[u] * rondo_sigmoid_slope(i[u]);
            g[u] = dc * i[u] * rondo_tanh_slope(g[u]);
            i[u] = di;
            d_before[u] += dc * f[u];
            f[u] = dc * before[u] * rondo_sigmoid_slope(f[u]);
            q_i[u] = i[u] * rondo_tanh_slope(q_i[u]);
            q_f[u] = f[u] * rondo_tanh_slope(q_f[u]);
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const working_memory_lstm_config *c = config;
    plan->state_count = 2;
    plan->states[0] = "hidden";
    plan->states[1] = "cell";
    plan->intermediate_count = 1;
    plan->intermediates[0] = "cell";
    plan->tape_count = 1;
    plan->stage_count = 3;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(HIDDEN),
                                         .gate_count = 4,
                                         .gates = {{.name = "input_gate"},
                                                   {.name = "forget_gate", .bias = c->forget_bias},
                                                   {.name = "candidate"},
                                                   {.name = "output_gate"}},
                                         .forward = rondo_cell_no_work,
                                         .backward = rondo_cell_no_work};
    plan->stages[1] = (rondo_cell_stage){
        .source = RONDO_SOURCE_STATE(CELL),
        .gate_count = 2,
        .gates = {{.name = "input_memory", .flags = RONDO_GATE_NO_INPUT | RONDO_GATE_NO_BIAS},
                  {.name = "forget_memory", .flags = RONDO_GATE_NO_INPUT | RONDO_GATE_NO_BIAS}},
        .forward = memory_forward,
        .backward = memory_backward};
    plan->stages[2] = (rondo_cell_stage){
        .source = RONDO_SOURCE_INTERMEDIATE(0),
        .gate_count = 1,
        .gates = {{.name = "output_memory", .flags = RONDO_GATE_NO_INPUT | RONDO_GATE_NO_BIAS}},
        .forward = output_forward,
        .backward = output_backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_working_memory_lstm;
const rondo_cell rondo_plugin_working_memory_lstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "working_memory_lstm",
             .summary = "LSTM whose gates see the cell state through weights and a tanh (WMC-LSTM)",
             .equations = "i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i + tanh(c_{t-1} V_i))\n"
                          "f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f + tanh(c_{t-1} V_f))\n"
                          "g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)\n"
                          "c_t = f_t * c_{t-1} + i_t * g_t\n"
                          "o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o + tanh(c_t V_o))\n"
                          "h_t = o_t * tanh(c_t)",
             .source = "Landi, Baraldi, Cornia & Cucchiara (2021), arXiv:2109.00020",
             .config_size = sizeof(working_memory_lstm_config), .options = options},
    .plan = plan,
};
