/* LSTM with hard sigmoids, as Keras and ONNX have it for small devices and old models.
 *
 *     hard(x) = min(1, max(0, slope x + 1/2))     slope 0.2: Keras 1 and 2, ONNX; 1/6: Keras 3
 *     i_t, f_t, o_t = hard(x_t W + b + h_{t-1} U)
 *     g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)
 *     c_t = f_t * c_{t-1} + i_t * g_t
 *     h_t = o_t * tanh(c_t)
 *
 * Back, hard' = slope where 0 < gate < 1, else 0, and q = tanh(c):
 *
 *     d_o = dh q hard'    dc = dc_t + dh o (1-q)(1+q)    dc_{t-1} += dc f
 *     d_i = dc g hard'    d_f = dc c_{t-1} hard'         d_g = dc i (1-g)(1+g)
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL };
enum { INPUT, FORGET, CANDIDATE, OUTPUT, GATES };

typedef struct hard_config {
    double slope;
    double forget_bias;
} hard_config;

static const rondo_option options[] = {
    RONDO_REAL(hard_config, slope, 0.2, 0, 1.0, RONDO_OPEN_LOW,
               "slope of the gates between 0 and 1"),
    RONDO_REAL(hard_config, forget_bias, 1.0, -100.0, 100.0, 0, "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

RONDO_INLINE rondo_real hard(rondo_real x, rondo_real slope)
{
    rondo_real y = slope * x + (rondo_real)0.5;
    y = 0 > y ? 0 : y;
    return 1 < y ? 1 : y;
}

RONDO_INLINE rondo_real hard_slope(rondo_real y, rondo_real slope)
{
    return ((y > 0) & (y < 1)) ? slope : 0;
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const hard_config *options_of = config;
    rondo_real slope = (rondo_real)options_of->slope;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT), *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        rondo_real *c = rondo_tile_state(tile, row, CELL), *h = rondo_tile_state(tile, row, HIDDEN);
        rondo_real *q = rondo_tile_tape(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            i[u] = hard(i[u], slope);
            f[u] = hard(f[u], slope);
            o[u] = hard(o[u], slope);
            g[u] = rondo_tanh(g[u]);
            c[u] = f[u] * before[u] + i[u] * g[u];
            q[u] = rondo_tanh(c[u]);
            h[u] = o[u] * q[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const hard_config *options_of = config;
    rondo_real slope = (rondo_real)options_of->slope;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT), *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        const rondo_real *q = rondo_tile_tape(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
        rondo_real *dc_before = rondo_tile_d_previous(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dc = dc_in[u] + dh[u] * o[u] * rondo_tanh_slope(q[u]), input = i[u];
            dc_before[u] += dc * f[u];
            o[u] = dh[u] * q[u] * hard_slope(o[u], slope);
            f[u] = dc * before[u] * hard_slope(f[u], slope);
            i[u] = dc * g[u] * hard_slope(input, slope);
            g[u] = dc * input * rondo_tanh_slope(g[u]);
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const hard_config *c = config;
    static const char *const gates[] = {"input_gate", "forget_gate", "candidate", "output_gate"};
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    plan->tape_count = 1;
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_STATE(HIDDEN);
    stage->gate_count = GATES;
    for (int g = 0; g < GATES; g++)
        stage->gates[g].name = gates[g];
    stage->gates[FORGET].bias = c->forget_bias;
    stage->forward = forward;
    stage->backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_hard_sigmoid_lstm;
const rondo_cell rondo_plugin_hard_sigmoid_lstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "hard_sigmoid_lstm",
             .summary = "LSTM with piecewise linear gates",
             .equations = "hard(x) = min(1, max(0, slope x + 1/2))\n"
                          "i_t, f_t, o_t = hard(x_t W + b + h_{t-1} U), weights of their own\n"
                          "g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)\n"
                          "c_t = f_t * c_{t-1} + i_t * g_t\n"
                          "h_t = o_t * tanh(c_t)",
             .source = "Keras, recurrent_activation hard_sigmoid (slope 0.2; of Keras 3, 1/6); "
                       "ONNX, operators LSTM and HardSigmoid (alpha 0.2, beta 0.5)",
             .config_size = sizeof(hard_config), .options = options},
    .plan = plan,
};
