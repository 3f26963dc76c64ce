/* Multiplicative LSTM (Krause, Murray, Renals & Lu 2016, arXiv:1609.07959, section 3): an LSTM
 * whose recurrent products read m instead of h, so that each input has transition weights of its
 * own.
 *
 *     m_t = (x_t W_m + b_m) * (h_{t-1} U_m + b'_m)          intermediate state
 *     i_t = sigmoid(x_t W_i + b_i + m_t U_i)                input gate
 *     f_t = sigmoid(x_t W_f + b_f + m_t U_f)                forget gate
 *     g_t = tanh(x_t W_g + b_g + m_t U_g)                   candidate
 *     o_t = sigmoid(x_t W_o + b_o + m_t U_o)                output gate
 *     c_t = f_t * c_{t-1} + i_t * g_t
 *     h_t = o_t * tanh(c_t)
 *
 * Two stages: the first keeps U_m h beside W_m x and makes m, the source of the second. The paper
 * has no biases in m; here they start at 1 and 0, where m = U_m h for x = 0. Back, q = tanh(c_t):
 *
 *     second   do = dh q o(1-o)              dc += dh o (1-q)(1+q)
 *              di = dc g i(1-i)    df = dc c_{t-1} f(1-f)    dg = dc i (1-g)(1+g)
 *              dc_{t-1} += dc f              dm = [di df dg do] U^T (the host)
 *     first    d(W_m x) = dm (U_m h + b'_m)  d(U_m h) = dm (W_m x + b_m)
 *
 * The gate blocks hold W_m x + b_m, i, f, g, o between forward and backward, the block beside
 * U_m h + b'_m; the tape holds q.
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { INTERMEDIATE, INPUT, FORGET, CANDIDATE, OUTPUT };
enum { HIDDEN, CELL };

typedef struct multiplicative_lstm_config {
    double forget_bias;
} multiplicative_lstm_config;

static const rondo_option options[] = {
    RONDO_REAL(multiplicative_lstm_config, forget_bias, 1.0, -100.0, 100.0, 0,
               "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void intermediate_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *from_input = rondo_tile_gate(tile, row, INTERMEDIATE);
        const rondo_real *from_hidden = rondo_tile_separate(tile, row, 0);
        rondo_real *m = rondo_tile_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++)
            m[u] = from_input[u] * from_hidden[u];
    }
}

RONDO_VECTORISED static void intermediate_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *from_input = rondo_tile_gate(tile, row, INTERMEDIATE);
        rondo_real *from_hidden = rondo_tile_separate(tile, row, 0);
        const rondo_real *dm = rondo_tile_d_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            rondo_real d_from_hidden = dm[u] * from_input[u];
            from_input[u] = dm[u] * from_hidden[u];
            from_hidden[u] = d_from_hidden;
        }
    }
}

RONDO_VECTORISED static void gates_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
        rondo_real *c = rondo_tile_state(tile, row, CELL);
        rondo_real *q = rondo_tile_tape(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            i[u] = rondo_sigmoid(i[u]);
            f[u] = rondo_sigmoid(f[u]);
            g[u] = rondo_tanh(g[u]);
            o[u] = rondo_sigmoid(o[u]);
            c[u] = f[u] * before[u] + i[u] * g[u];
            q[u] = rondo_tanh(c[u]);
            h[u] = o[u] * q[u];
        }
    }
}

RONDO_VECTORISED static void gates_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        const rondo_real *q = rondo_tile_tape(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
        rondo_real *dc_before = rondo_tile_d_previous(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            rondo_real dc = dc_in[u] + dh[u] * o[u] * rondo_tanh_slope(q[u]);
            rondo_real di = dc * g[u] * rondo_sigmoid_slope(i[u]);
            o[u] = dh[u] * q[u] * rondo_sigmoid_slope(o[u]);
            dc_before[u] += dc * f[u];
            f[u] = dc * before[u] * rondo_sigmoid_slope(f[u]);
            g[u] = dc * i[u] * rondo_tanh_slope(g[u]);
            i[u] = di;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    static const char *const gates[] = {"input_gate", "forget_gate", "candidate", "output_gate"};
    const multiplicative_lstm_config *c = config;
    rondo_cell_stage *first = &plan->stages[0], *second = &plan->stages[1];
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    plan->intermediate_count = 1;
    plan->intermediates[0] = "intermediate_state";
    plan->tape_count = 1;
    plan->stage_count = 2;
    first->source = RONDO_SOURCE_STATE(HIDDEN);
    first->gate_count = 1;
    first->separate_count = 1;
    first->gates[0].name = "intermediate";
    first->gates[0].bias = 1;
    first->forward = intermediate_forward;
    first->backward = intermediate_backward;
    second->source = RONDO_SOURCE_INTERMEDIATE(0);
    second->gate_count = 4;
    for (int g = 0; g < 4; g++)
        second->gates[g].name = gates[g];
    second->gates[FORGET - INPUT].bias = c->forget_bias;
    second->forward = gates_forward;
    second->backward = gates_backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_multiplicative_lstm;
const rondo_cell rondo_plugin_multiplicative_lstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "multiplicative_lstm",
             .summary = "LSTM whose recurrent weights depend on the input (mLSTM)",
             .equations = "m_t = (x_t W_m + b_m) * (h_{t-1} U_m + b'_m)\n"
                          "i_t = sigmoid(x_t W_i + b_i + m_t U_i)\n"
                          "f_t = sigmoid(x_t W_f + b_f + m_t U_f)\n"
                          "g_t = tanh(x_t W_g + b_g + m_t U_g)\n"
                          "o_t = sigmoid(x_t W_o + b_o + m_t U_o)\n"
                          "c_t = f_t * c_{t-1} + i_t * g_t\n"
                          "h_t = o_t * tanh(c_t)",
             .source = "Krause, Murray, Renals & Lu (2016), arXiv:1609.07959, section 3",
             .config_size = sizeof(multiplicative_lstm_config), .options = options},
    .plan = plan,
};
