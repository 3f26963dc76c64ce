/* The first LSTM (Hochreiter & Schmidhuber 1997, Neural Computation 9(8), section 4): no forget
 * gate, so that the cell state adds up what the input gate lets in; g and h are logistic
 * functions scaled to (-2, 2) and (-1, 1).
 *
 *     i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i)            input gate
 *     g_t = s * tanh((x_t W_g + b_g + h_{t-1} U_g) / s)     candidate
 *     o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o)            output gate
 *     c_t = c_{t-1} + i_t * g_t
 *     h_t = o_t * tanh(c_t / s)
 *     s = 2 as in 1997, where 2 tanh(a/2) = 4 sigmoid(a) - 2; s = 1 for plain tanh
 *
 * The gate block holds tanh(.. / s), g without its factor s; the tape q = tanh(c / s). Gradients are
 * complete, not truncated at the gates as in 1997. With gates that also see each other:
 * lstm_full_gate_recurrence.c.
 *
 * Back:
 *
 *     do = dh q o (1-o)    dc = dc_t + dh o (1-q)(1+q)/s    di = dc g i (1-i)
 *     dg = dc i (1-g/s)(1+g/s)                              dc_{t-1} += dc
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL };
enum { INPUT, CANDIDATE, OUTPUT };
enum { ORIGINAL, TANH };

typedef struct original_lstm_config {
    int squashing;
    double input_bias;
    double output_bias;
} original_lstm_config;

static const char *const squashings[] = {"original", "tanh", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(original_lstm_config, squashing, ORIGINAL, squashings,
                 "squashing of candidate and cell state"),
    RONDO_REAL(original_lstm_config, input_bias, 0.0, -100.0, 100.0, 0,
               "initial bias of the input gate"),
    RONDO_REAL(original_lstm_config, output_bias, 0.0, -100.0, 100.0, 0,
               "initial bias of the output gate; negative in the paper"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const original_lstm_config *c = config;
    rondo_real s = c->squashing == ORIGINAL ? 2 : 1, inverse = 1 / s;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        rondo_real *q = rondo_tile_tape(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        rondo_real *cell = rondo_tile_state(tile, row, CELL);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            i[u] = rondo_sigmoid(i[u]);
            g[u] = rondo_tanh(g[u] * inverse);
            o[u] = rondo_sigmoid(o[u]);
            cell[u] = before[u] + i[u] * s * g[u];
            q[u] = rondo_tanh(cell[u] * inverse);
            h[u] = o[u] * q[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const original_lstm_config *c = config;
    rondo_real s = c->squashing == ORIGINAL ? 2 : 1, inverse = 1 / s;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        const rondo_real *q = rondo_tile_tape(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dc = dc_in[u] + dh[u] * o[u] * rondo_tanh_slope(q[u]) * inverse;
            rondo_real di = dc * s * g[u] * rondo_sigmoid_slope(i[u]);
            o[u] = dh[u] * q[u] * rondo_sigmoid_slope(o[u]);
            g[u] = dc * i[u] * rondo_tanh_slope(g[u]);
            i[u] = di;
            d_before[u] += dc;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const original_lstm_config *c = config;
    plan->state_count = 2;
    plan->states[0] = "hidden";
    plan->states[1] = "cell";
    plan->tape_count = 1;
    plan->stage_count = 1;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                                         .gate_count = 3,
                                         .gates = {{.name = "input_gate", .bias = c->input_bias},
                                                   {.name = "candidate"},
                                                   {.name = "output_gate", .bias = c->output_bias}},
                                         .forward = forward,
                                         .backward = backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_original_lstm;
const rondo_cell rondo_plugin_original_lstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "original_lstm",
             .summary = "the first LSTM, without forget gate",
             .equations =
                 "i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i)            input gate\n"
                 "g_t = s * tanh((x_t W_g + b_g + h_{t-1} U_g) / s)     candidate\n"
                 "o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o)            output gate\n"
                 "c_t = c_{t-1} + i_t * g_t\n"
                 "h_t = o_t * tanh(c_t / s)\n"
                 "s = 2 as in 1997, where 2 tanh(a/2) = 4 sigmoid(a) - 2; s = 1 for plain tanh",
             .source = "Hochreiter & Schmidhuber (1997), Neural Computation 9(8), section 4",
             .config_size = sizeof(original_lstm_config), .options = options},
    .plan = plan,
};
