/* LSTM with layer normalisation inside (Ba, Kiros & Hinton 2016, arXiv:1607.06450, equations 20 to 22).
 *
 *     s_t = a * norm(x_t W) + r * norm(h_{t-1} U) + b       all four gates, one mean and deviation each
 *     i_t, f_t, o_t = sigmoid(s_t)    g_t = tanh(s_t)
 *     c_t = f_t * c_{t-1} + i_t * g_t
 *     h_t = o_t * tanh(a_c * norm(c_t) + b_c)
 *
 * The paper has a bias in each norm and one besides, b1 + b2 + b: here they are the one b, since only
 * their sum counts. Back, q = tanh(..), c' = norm(c), norm' the backward of rondo/row_norm.h:
 *
 *     d_n = dh o (1-q)(1+q)       da_c = sum d_n c'    db_c = sum d_n
 *     dc  = dc_t + norm'(d_n a_c)                      dc_{t-1} += dc f
 *     d_i = dc g i (1-i)   d_f = dc c_{t-1} f (1-f)   d_g = dc i (1-g)(1+g)   d_o = dh q o (1-o)
 *     d(x W) = norm'(d a)   d(h U) = norm'(d r)        of d = [d_i, d_f, d_g, d_o]
 *     da = sum d norm(x W)   dr = sum d norm(h U)   db = sum d
 */
#include "rondo/cell.h"
#include "rondo/row_norm.h"

enum { HIDDEN, CELL };
enum { INPUT, FORGET, CANDIDATE, OUTPUT, GATES };

/* Unit parameters: one per gate of the first three, then those of the cell's norm. */
enum { INPUT_GAIN = 0, RECURRENT_GAIN = 4, BIAS = 8, CELL_GAIN = 12, CELL_BIAS, PARAMETERS };

/* The tape: norm(x W), norm(h U), d, norm(c), and q, in whose place backward leaves d_n. */
enum { FROM_INPUT = 0, FROM_HIDDEN = 4, GRADIENT = 8, NORMAL_CELL = 12, SQUASHED, TAPE };

enum { INPUT_SCALE, HIDDEN_SCALE, CELL_SCALE, ROW_SCALARS };

typedef struct layer_norm_lstm_config {
    double forget_bias;
    double gain;
    double epsilon;
} layer_norm_lstm_config;

static const rondo_option options[] = {
    RONDO_REAL(layer_norm_lstm_config, forget_bias, 1.0, -100.0, 100.0, 0,
               "initial bias of the forget gate"),
    RONDO_REAL(layer_norm_lstm_config, gain, 1.0, 0, 100, RONDO_OPEN_LOW,
               "initial value of all gains"),
    RONDO_REAL(layer_norm_lstm_config, epsilon, 1e-5, 0, 1, RONDO_OPEN_LOW,
               "added to every variance"),
    RONDO_OPTIONS_END,
};

RONDO_INLINE void sums_forward(const layer_norm_lstm_config *config, const rondo_cell_tile *tile,
                               int64_t row)
{
    int64_t units = tile->units, stride = tile->block_stride;
    rondo_real *scales = rondo_tile_row_scalars(tile, row);
    for (int64_t g = 0; g < GATES; g++) {
        const rondo_real *wx = rondo_tile_gate(tile, row, g);
        const rondo_real *uh = rondo_tile_separate(tile, row, g);
        rondo_real *x = rondo_tile_tape(tile, row, FROM_INPUT + g);
        rondo_real *y = rondo_tile_tape(tile, row, FROM_HIDDEN + g);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            x[u] = wx[u];
            y[u] = uh[u];
        }
    }
    scales[INPUT_SCALE] = rondo_row_normalize(rondo_tile_tape(tile, row, FROM_INPUT), GATES, stride,
                                              units, config->epsilon);
    scales[HIDDEN_SCALE] = rondo_row_normalize(rondo_tile_tape(tile, row, FROM_HIDDEN), GATES,
                                               stride, units, config->epsilon);
    for (int64_t g = 0; g < GATES; g++) {
        const rondo_real *x = rondo_tile_tape(tile, row, FROM_INPUT + g);
        const rondo_real *y = rondo_tile_tape(tile, row, FROM_HIDDEN + g);
        const rondo_real *a = tile->unit_parameters[INPUT_GAIN + g];
        const rondo_real *r = tile->unit_parameters[RECURRENT_GAIN + g];
        const rondo_real *b = tile->unit_parameters[BIAS + g];
        rondo_real *sum = rondo_tile_gate(tile, row, g);
#pragma omp simd
        for (int64_t u = 0; u < units; u++)
            sum[u] = a[u] * x[u] + r[u] * y[u] + b[u];
    }
}

RONDO_INLINE void cell_forward(const layer_norm_lstm_config *config, const rondo_cell_tile *tile,
                               int64_t row)
{
    int64_t units = tile->units;
    rondo_real *i = rondo_tile_gate(tile, row, INPUT), *f = rondo_tile_gate(tile, row, FORGET);
    rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE), *o = rondo_tile_gate(tile, row, OUTPUT);
    const rondo_real *before = rondo_tile_previous(tile, row, CELL);
    const rondo_real *a = tile->unit_parameters[CELL_GAIN], *b = tile->unit_parameters[CELL_BIAS];
    rondo_real *c = rondo_tile_state(tile, row, CELL), *h = rondo_tile_state(tile, row, HIDDEN);
    rondo_real *normal = rondo_tile_tape(tile, row, NORMAL_CELL);
    rondo_real *q = rondo_tile_tape(tile, row, SQUASHED);
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        i[u] = rondo_sigmoid(i[u]);
        f[u] = rondo_sigmoid(f[u]);
        g[u] = rondo_tanh(g[u]);
        o[u] = rondo_sigmoid(o[u]);
        normal[u] = c[u] = f[u] * before[u] + i[u] * g[u];
    }
    rondo_tile_row_scalars(tile, row)[CELL_SCALE] =
        rondo_row_normalize(normal, 1, 0, units, config->epsilon);
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        q[u] = rondo_tanh(a[u] * normal[u] + b[u]);
        h[u] = o[u] * q[u];
    }
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    for (int64_t row = 0; row < tile->rows; row++) {
        sums_forward(config, tile, row);
        cell_forward(config, tile, row);
    }
}

/* Leaves d_n and the gradients of the four sums on the tape. */
RONDO_INLINE void cell_backward(const rondo_cell_tile *tile, int64_t row)
{
    int64_t units = tile->units;
    const rondo_real *i = rondo_tile_gate(tile, row, INPUT),
                     *f = rondo_tile_gate(tile, row, FORGET);
    const rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
    const rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
    const rondo_real *before = rondo_tile_previous(tile, row, CELL);
    const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
    const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
    const rondo_real *a = tile->unit_parameters[CELL_GAIN];
    rondo_real *dc_before = rondo_tile_d_previous(tile, row, CELL);
    rondo_real *q = rondo_tile_tape(tile, row, SQUASHED);
    rondo_real *d_i = rondo_tile_tape(tile, row, GRADIENT + INPUT);
    rondo_real *d_f = rondo_tile_tape(tile, row, GRADIENT + FORGET);
    rondo_real *d_g = rondo_tile_tape(tile, row, GRADIENT + CANDIDATE);
    rondo_real *d_o = rondo_tile_tape(tile, row, GRADIENT + OUTPUT);
    rondo_real *d_normal = d_i;
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        d_o[u] = dh[u] * q[u] * rondo_sigmoid_slope(o[u]);
        q[u] = dh[u] * o[u] * rondo_tanh_slope(q[u]);
        d_normal[u] = q[u] * a[u];
    }
    rondo_row_normalize_back(d_normal, rondo_tile_tape(tile, row, NORMAL_CELL), 1, 0, units,
                             rondo_tile_row_scalars(tile, row)[CELL_SCALE]);
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        rondo_real dc = dc_in[u] + d_normal[u];
        dc_before[u] += dc * f[u];
        d_i[u] = dc * g[u] * rondo_sigmoid_slope(i[u]);
        d_f[u] = dc * before[u] * rondo_sigmoid_slope(f[u]);
        d_g[u] = dc * i[u] * rondo_tanh_slope(g[u]);
    }
}

RONDO_INLINE void sums_backward(const rondo_cell_tile *tile, int64_t row)
{
    int64_t units = tile->units, stride = tile->block_stride;
    const rondo_real *scales = rondo_tile_row_scalars(tile, row);
    for (int64_t g = 0; g < GATES; g++) {
        const rondo_real *d = rondo_tile_tape(tile, row, GRADIENT + g);
        const rondo_real *a = tile->unit_parameters[INPUT_GAIN + g];
        const rondo_real *r = tile->unit_parameters[RECURRENT_GAIN + g];
        rondo_real *wx = rondo_tile_gate(tile, row, g), *uh = rondo_tile_separate(tile, row, g);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            wx[u] = d[u] * a[u];
            uh[u] = d[u] * r[u];
        }
    }
    rondo_row_normalize_back(rondo_tile_gate(tile, row, 0), rondo_tile_tape(tile, row, FROM_INPUT),
                             GATES, stride, units, scales[INPUT_SCALE]);
    rondo_row_normalize_back(rondo_tile_separate(tile, row, 0),
                             rondo_tile_tape(tile, row, FROM_HIDDEN), GATES, stride, units,
                             scales[HIDDEN_SCALE]);
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        cell_backward(tile, row);
        sums_backward(tile, row);
    }
}

/* Gain and bias of what is normalised to `normal`, where d is the gradient of gain * normal + bias. */
RONDO_INLINE void add_shares(rondo_real *d_gain, rondo_real *d_bias, const rondo_real *d,
                             const rondo_real *normal, int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++)
        d_gain[u] += d[u] * normal[u];
    if (!d_bias) return;
#pragma omp simd
    for (int64_t u = 0; u < units; u++)
        d_bias[u] += d[u];
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        for (int64_t g = 0; g < GATES; g++) {
            const rondo_real *d = rondo_tile_tape(tile, row, GRADIENT + g);
            add_shares(d_unit_parameters[INPUT_GAIN + g], d_unit_parameters[BIAS + g], d,
                       rondo_tile_tape(tile, row, FROM_INPUT + g), units);
            add_shares(d_unit_parameters[RECURRENT_GAIN + g], NULL, d,
                       rondo_tile_tape(tile, row, FROM_HIDDEN + g), units);
        }
        add_shares(d_unit_parameters[CELL_GAIN], d_unit_parameters[CELL_BIAS],
                   rondo_tile_tape(tile, row, SQUASHED), rondo_tile_tape(tile, row, NORMAL_CELL),
                   units);
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const layer_norm_lstm_config *c = config;
    static const char *const gates[] = {"input_gate", "forget_gate", "candidate", "output_gate"};
    static const char *const parameters[PARAMETERS] = {"input_gate_input_gain",
                                                       "forget_gate_input_gain",
                                                       "candidate_input_gain",
                                                       "output_gate_input_gain",
                                                       "input_gate_recurrent_gain",
                                                       "forget_gate_recurrent_gain",
                                                       "candidate_recurrent_gain",
                                                       "output_gate_recurrent_gain",
                                                       "input_gate_bias",
                                                       "forget_gate_bias",
                                                       "candidate_bias",
                                                       "output_gate_bias",
                                                       "cell_gain",
                                                       "cell_bias"};
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    plan->tape_count = TAPE;
    plan->row_scalar_count = ROW_SCALARS;
    plan->whole_rows = true;
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_STATE(HIDDEN);
    stage->gate_count = stage->separate_count = GATES;
    for (int g = 0; g < GATES; g++) {
        stage->gates[g].name = gates[g];
        stage->gates[g].flags = RONDO_GATE_NO_BIAS;
    }
    stage->forward = forward;
    stage->backward = backward;
    plan->unit_parameter_count = PARAMETERS;
    for (int p = 0; p < PARAMETERS; p++) {
        bool is_bias = (p >= BIAS && p < BIAS + GATES) || p == CELL_BIAS;
        plan->unit_parameters[p].name = parameters[p];
        plan->unit_parameters[p].start = is_bias ? 0 : c->gain;
    }
    plan->unit_parameters[BIAS + FORGET].start = c->forget_bias;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_layer_norm_lstm;
const rondo_cell rondo_plugin_layer_norm_lstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "layer_norm_lstm",
             .summary = "LSTM with layer normalization of its sums and of its cell",
             .equations = "s_t = a * norm(x_t W) + r * norm(h_{t-1} U) + b\n"
                          "i_t, f_t, o_t = sigmoid(s_t), g_t = tanh(s_t), each its part of s_t\n"
                          "c_t = f_t * c_{t-1} + i_t * g_t\n"
                          "h_t = o_t * tanh(a_c * norm(c_t) + b_c)",
             .source = "Ba, Kiros & Hinton (2016), arXiv:1607.06450, equations 20 to 22; their "
                       "three biases of a gate are one",
             .config_size = sizeof(layer_norm_lstm_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
