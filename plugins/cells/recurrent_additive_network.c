/* Recurrent additive network (Lee, Levy & Zettlemoyer 2017, arXiv:1705.07393, section 2): an LSTM
 * whose content is the input alone, so that the cell state is a weighted sum of the inputs.
 *
 *     n_t = x_t W_n                                         content
 *     i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i)            input gate
 *     f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f)            forget gate
 *     c_t = i_t * n_t + f_t * c_{t-1}
 *     h_t = activation(c_t)
 *
 * Back:
 *
 *     dc = dc_t + dh (1-h)(1+h)                        identity: dc_t + dh
 *     di = dc n i (1-i)    df = dc c_{t-1} f (1-f)     dn = dc i    dc_{t-1} += dc f
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL };
enum { CONTENT, INPUT, FORGET };
enum { TANH, IDENTITY };

typedef struct recurrent_additive_network_config {
    int activation;
    double forget_bias;
} recurrent_additive_network_config;

static const char *const activations[] = {"tanh", "identity", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(recurrent_additive_network_config, activation, TANH, activations,
                 "activation of the cell state, for the output"),
    RONDO_REAL(recurrent_additive_network_config, forget_bias, 1.0, -100.0, 100.0, 0,
               "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const recurrent_additive_network_config *c = config;
    bool is_tanh = c->activation == TANH;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *n = rondo_tile_gate(tile, row, CONTENT);
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
        rondo_real *cell = rondo_tile_state(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            i[u] = rondo_sigmoid(i[u]);
            f[u] = rondo_sigmoid(f[u]);
            cell[u] = i[u] * n[u] + f[u] * before[u];
            h[u] = is_tanh ? rondo_tanh(cell[u]) : cell[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const recurrent_additive_network_config *c = config;
    bool is_tanh = c->activation == TANH;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, CONTENT);
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        const rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dc = dc_in[u] + dh[u] * (is_tanh ? rondo_tanh_slope(h[u]) : 1);
            rondo_real di = dc * n[u] * rondo_sigmoid_slope(i[u]);
            d_before[u] += dc * f[u];
            n[u] = dc * i[u];
            f[u] = dc * before[u] * rondo_sigmoid_slope(f[u]);
            i[u] = di;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const recurrent_additive_network_config *c = config;
    plan->state_count = 2;
    plan->states[0] = "hidden";
    plan->states[1] = "cell";
    plan->stage_count = 2;
    plan->stages[0] =
        (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                           .gate_count = 1,
                           .gates = {{.name = "content", .flags = RONDO_GATE_NO_BIAS}},
                           .forward = rondo_cell_no_work,
                           .backward = rondo_cell_no_work};
    plan->stages[1] = (rondo_cell_stage){
        .source = RONDO_SOURCE_STATE(0),
        .gate_count = 2,
        .gates = {{.name = "input_gate"}, {.name = "forget_gate", .bias = c->forget_bias}},
        .forward = forward,
        .backward = backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_recurrent_additive_network;
const rondo_cell rondo_plugin_recurrent_additive_network = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "recurrent_additive_network",
             .summary = "LSTM whose candidate is a linear map of the input (RAN)",
             .equations = "n_t = x_t W_n                                         content\n"
                          "i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i)            input gate\n"
                          "f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f)            forget gate\n"
                          "c_t = i_t * n_t + f_t * c_{t-1}\n"
                          "h_t = activation(c_t)",
             .source = "Lee, Levy & Zettlemoyer (2017), arXiv:1705.07393, section 2",
             .config_size = sizeof(recurrent_additive_network_config), .options = options},
    .plan = plan,
};
