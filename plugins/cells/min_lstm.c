/* minLSTM (Feng, Tung, Ahmed, Bengio & Hajimirsadeghi 2024, arXiv:2410.01201, section 3.2): an LSTM whose
 * gates and candidate do not see the step before, so that there is no recurrent product.
 *
 *     f_t = sigmoid(x_t W_f + b_f)    i_t = sigmoid(x_t W_i + b_i)    n_t = x_t W_n + b_n
 *     F_t = f_t / (f_t + i_t)         I_t = i_t / (f_t + i_t)
 *     h_t = F_t * h_{t-1} + I_t * n_t
 *
 * Without `normalized`, F = f and I = i. Back, e = dh (h_{t-1} - n) F I when normalized:
 *
 *     df = e (1 - f)     di = -e (1 - i)      else df = dh h_{t-1} f (1-f)    di = dh n i (1-i)
 *     dn = dh I          dh_{t-1} += dh F
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { FORGET, INPUT, CANDIDATE, BLOCKS };

typedef struct min_lstm_config {
    bool normalized;
    double forget_bias;
} min_lstm_config;

static const rondo_option options[] = {
    RONDO_BOOLEAN(min_lstm_config, normalized, 1,
                  "forget gate and input gate are divided by their sum"),
    RONDO_REAL(min_lstm_config, forget_bias, 0.0, -100.0, 100.0, 0,
               "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

/* The share of `gate` in what the next state is made of. */
RONDO_INLINE rondo_real share_of(rondo_real gate, rondo_real other, bool normalized)
{
    rondo_real sum = gate + other;
    return !normalized ? gate : sum > 0 ? gate / sum : (rondo_real)0.5;
}

RONDO_INLINE void rows_forward(const rondo_cell_tile *tile, bool normalized)
{
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *f = rondo_tile_gate(tile, row, FORGET), *i = rondo_tile_gate(tile, row, INPUT);
        const rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            f[u] = rondo_sigmoid(f[u]);
            i[u] = rondo_sigmoid(i[u]);
            h[u] = share_of(f[u], i[u], normalized) * before[u] +
                   share_of(i[u], f[u], normalized) * n[u];
        }
    }
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const min_lstm_config *c = config;
    if (c->normalized)
        rows_forward(tile, true);
    else
        rows_forward(tile, false);
}

RONDO_INLINE void rows_backward(const rondo_cell_tile *tile, bool normalized)
{
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *f = rondo_tile_gate(tile, row, FORGET), *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real kept = share_of(f[u], i[u], normalized);
            rondo_real let_in = share_of(i[u], f[u], normalized);
            rondo_real e = dh[u] * (before[u] - n[u]) * kept * let_in;
            rondo_real df =
                normalized ? e * (1 - f[u]) : dh[u] * before[u] * rondo_sigmoid_slope(f[u]);
            rondo_real di = normalized ? -e * (1 - i[u]) : dh[u] * n[u] * rondo_sigmoid_slope(i[u]);
            d_before[u] += dh[u] * kept;
            n[u] = dh[u] * let_in;
            f[u] = df;
            i[u] = di;
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const min_lstm_config *c = config;
    if (c->normalized)
        rows_backward(tile, true);
    else
        rows_backward(tile, false);
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const min_lstm_config *c = config;
    static const char *const gates[BLOCKS] = {"forget_gate", "input_gate", "candidate"};
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_NONE;
    stage->gate_count = BLOCKS;
    for (int g = 0; g < BLOCKS; g++)
        stage->gates[g].name = gates[g];
    stage->gates[FORGET].bias = c->forget_bias;
    stage->forward = forward;
    stage->backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_min_lstm;
const rondo_cell rondo_plugin_min_lstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "min_lstm",
             .summary = "LSTM without recurrent products: gates and candidate see only the input",
             .equations = "f_t = sigmoid(x_t W_f + b_f)\n"
                          "i_t = sigmoid(x_t W_i + b_i)\n"
                          "n_t = x_t W_n + b_n\n"
                          "F_t = f_t / (f_t + i_t), I_t = i_t / (f_t + i_t); f_t and i_t without "
                          "normalized\n"
                          "h_t = F_t * h_{t-1} + I_t * n_t",
             .source = "Feng, Tung, Ahmed, Bengio & Hajimirsadeghi (2024), arXiv:2410.01201, "
                       "section 3.2; normalized: its scaling independent of the length",
             .config_size = sizeof(min_lstm_config), .options = options},
    .plan = plan,
};
