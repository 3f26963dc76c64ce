/* Strongly typed recurrent networks, T-RNN, T-GRU and T-LSTM (Balduzzi & Ghifary 2016,
 * arXiv:1602.02218): features and gates see the input, and but for T-RNN the input before it, in
 * place of the state; there is no recurrent product.
 *
 *     z_t = x_t W_z + b_z [+ x_{t-1} V_z]                   feature
 *     f_t = sigmoid(x_t W_f + b_f [+ x_{t-1} V_f])          forget gate
 *     o_t = tanh(x_t W_o + b_o + x_{t-1} V_o)               output
 *     rnn:  h_t = f_t * h_{t-1} + (1 - f_t) * z_t           without V
 *     gru:  h_t = f_t * h_{t-1} + z_t * o_t
 *     lstm: c_t = f_t * c_{t-1} + (1 - f_t) * z_t
 *           h_t = c_t * o_t
 *
 * The products of x_{t-1} are made at step t - 1 and carried by three states, so that the input may
 * have any width; before the first step they are what these states start with, 0. T-RNN is min_gru.c
 * with z = 1 - f.
 *
 * Back:
 *
 *     rnn    dz = dh (1 - f)    df = dh (h_{t-1} - z) f (1-f)                           dh_{t-1} += dh f
 *     gru    dz = dh o          df = dh h_{t-1} f (1-f)          do = dh z (1-o)(1+o)   dh_{t-1} += dh f
 *     lstm   dz = dc (1 - f)    df = dc (c_{t-1} - z) f (1-f)    do = dh c (1-o)(1+o)   dc_{t-1} += dc f
 *            dc = dc_t + dh o
 *     d(x_{t-1} V) = dz, df, do
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { FEATURE, FORGET, OUTPUT, PRODUCTS };
enum { HIDDEN, CELL, GRU_CARRIED = CELL, LSTM_CARRIED };
enum { LSTM, GRU, RNN };

typedef struct strongly_typed_config {
    int form;
    double forget_bias;
} strongly_typed_config;

static const char *const forms[] = {"lstm", "gru", "rnn", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(strongly_typed_config, form, LSTM, forms, "which of the three cells"),
    RONDO_REAL(strongly_typed_config, forget_bias, 1.0, -100.0, 100.0, 0,
               "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

/* A leaky mean of features: T-RNN's state, T-LSTM's cell state. */
RONDO_INLINE void mean_forward(const rondo_cell_tile *tile, int64_t row, int64_t state)
{
    const rondo_real *z = rondo_tile_gate(tile, row, FEATURE);
    rondo_real *f = rondo_tile_gate(tile, row, FORGET);
    const rondo_real *before = rondo_tile_previous(tile, row, state);
    rondo_real *mean = rondo_tile_state(tile, row, state);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        f[u] = rondo_sigmoid(f[u]);
        mean[u] = f[u] * before[u] + (1 - f[u]) * z[u];
    }
}

/* d: the complete gradient of the mean. */
RONDO_INLINE void mean_backward(const rondo_cell_tile *tile, int64_t row, int64_t state,
                                const rondo_real *d)
{
    rondo_real *z = rondo_tile_gate(tile, row, FEATURE), *f = rondo_tile_gate(tile, row, FORGET);
    const rondo_real *before = rondo_tile_previous(tile, row, state);
    rondo_real *d_before = rondo_tile_d_previous(tile, row, state);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        rondo_real df = d[u] * (before[u] - z[u]) * rondo_sigmoid_slope(f[u]);
        d_before[u] += d[u] * f[u];
        z[u] = d[u] * (1 - f[u]);
        f[u] = df;
    }
}

RONDO_VECTORISED static void rnn_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++)
        mean_forward(tile, row, HIDDEN);
}

RONDO_VECTORISED static void rnn_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++)
        mean_backward(tile, row, HIDDEN, rondo_tile_d_state(tile, row, HIDDEN));
}

/* The products of x_t with V become states; those of the step before join the gates. */
RONDO_INLINE void carry_forward(const rondo_cell_tile *tile, int64_t row, int64_t carried)
{
    for (int64_t k = 0; k < PRODUCTS; k++) {
        rondo_real *gate = rondo_tile_gate(tile, row, k);
        const rondo_real *next = rondo_tile_gate(tile, row, PRODUCTS + k);
        const rondo_real *before = rondo_tile_previous(tile, row, carried + k);
        rondo_real *state = rondo_tile_state(tile, row, carried + k);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            gate[u] += before[u];
            state[u] = next[u];
        }
    }
}

RONDO_INLINE void carry_backward(const rondo_cell_tile *tile, int64_t row, int64_t carried)
{
    for (int64_t k = 0; k < PRODUCTS; k++) {
        const rondo_real *d_gate = rondo_tile_gate(tile, row, k);
        rondo_real *d_next = rondo_tile_gate(tile, row, PRODUCTS + k);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, carried + k);
        const rondo_real *d_state = rondo_tile_d_state(tile, row, carried + k);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            d_before[u] += d_gate[u];
            d_next[u] = d_state[u];
        }
    }
}

RONDO_VECTORISED static void gru_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *z = rondo_tile_gate(tile, row, FEATURE);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        const rondo_real *before = rondo_tile_previous(tile, row, HIDDEN);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
        carry_forward(tile, row, GRU_CARRIED);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            f[u] = rondo_sigmoid(f[u]);
            o[u] = rondo_tanh(o[u]);
            h[u] = f[u] * before[u] + z[u] * o[u];
        }
    }
}

RONDO_VECTORISED static void gru_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, FEATURE);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        const rondo_real *before = rondo_tile_previous(tile, row, HIDDEN);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, HIDDEN);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real output = o[u];
            d_before[u] += dh[u] * f[u];
            f[u] = dh[u] * before[u] * rondo_sigmoid_slope(f[u]);
            o[u] = dh[u] * z[u] * rondo_tanh_slope(output);
            z[u] = dh[u] * output;
        }
        carry_backward(tile, row, GRU_CARRIED);
    }
}

RONDO_VECTORISED static void lstm_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        const rondo_real *cell = rondo_tile_state(tile, row, CELL);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
        carry_forward(tile, row, LSTM_CARRIED);
        mean_forward(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            o[u] = rondo_tanh(o[u]);
            h[u] = cell[u] * o[u];
        }
    }
}

RONDO_VECTORISED static void lstm_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        rondo_real *dc = rondo_tile_tape(tile, row, 0);
        const rondo_real *cell = rondo_tile_state(tile, row, CELL);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            dc[u] = dc_in[u] + dh[u] * o[u];
            o[u] = dh[u] * cell[u] * rondo_tanh_slope(o[u]);
        }
        mean_backward(tile, row, CELL, dc);
        carry_backward(tile, row, LSTM_CARRIED);
    }
}

static void plan_states(rondo_cell_plan *plan, const char *const *names, int32_t count)
{
    plan->state_count = count;
    for (int32_t s = 0; s < count; s++)
        plan->states[s] = names[s];
}

/* Gate blocks z, f, o, and where there is x_{t-1}, its products, made one step before. */
static void plan_gates(rondo_cell_stage *stage, const strongly_typed_config *c, int32_t count)
{
    static const char *const names[] = {"feature",      "forget_gate", "output",
                                        "next_feature", "next_forget", "next_output"};
    stage->source = RONDO_SOURCE_NONE;
    stage->gate_count = count;
    for (int32_t g = 0; g < count; g++) {
        stage->gates[g].name = names[g];
        stage->gates[g].flags = g < PRODUCTS ? 0 : RONDO_GATE_NO_BIAS;
    }
    stage->gates[FORGET].bias = c->forget_bias;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const strongly_typed_config *c = config;
    static const char *const of_gru[] = {"hidden", "last_feature", "last_forget", "last_output"};
    static const char *const of_lstm[] = {"hidden", "cell", "last_feature", "last_forget",
                                          "last_output"};
    rondo_cell_stage *stage = &plan->stages[0];
    plan->stage_count = 1;
    plan_gates(stage, c, c->form == RNN ? OUTPUT : 2 * PRODUCTS);
    if (c->form == RNN) {
        plan_states(plan, of_gru, 1);
        stage->forward = rnn_forward;
        stage->backward = rnn_backward;
    } else if (c->form == GRU) {
        plan_states(plan, of_gru, GRU_CARRIED + PRODUCTS);
        stage->forward = gru_forward;
        stage->backward = gru_backward;
    } else {
        plan_states(plan, of_lstm, LSTM_CARRIED + PRODUCTS);
        plan->tape_count = 1;
        stage->forward = lstm_forward;
        stage->backward = lstm_backward;
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_strongly_typed;
const rondo_cell rondo_plugin_strongly_typed = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "strongly_typed",
             .summary =
                 "RNN, GRU and LSTM whose gates see inputs, not the state (T-RNN, T-GRU, T-LSTM)",
             .equations = "z_t = x_t W_z + b_z [+ x_{t-1} V_z]                   feature\n"
                          "f_t = sigmoid(x_t W_f + b_f [+ x_{t-1} V_f])          forget gate\n"
                          "o_t = tanh(x_t W_o + b_o + x_{t-1} V_o)               output\n"
                          "rnn:  h_t = f_t * h_{t-1} + (1 - f_t) * z_t           without V\n"
                          "gru:  h_t = f_t * h_{t-1} + z_t * o_t\n"
                          "lstm: c_t = f_t * c_{t-1} + (1 - f_t) * z_t\n"
                          "      h_t = c_t * o_t",
             .source = "Balduzzi & Ghifary (2016), Strongly-typed recurrent neural networks, "
                       "arXiv:1602.02218",
             .config_size = sizeof(strongly_typed_config), .options = options},
    .plan = plan,
};
