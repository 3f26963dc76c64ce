/* LSTM with multiplicative integration (Wu, Zhang, Zhang, Bengio & Salakhutdinov 2016, arXiv:1606.06630,
 * equation 4 in each gate): the two products of a gate are also multiplied.
 *
 *     s_t = a * (x_t W) * (h_{t-1} U) + p * (h_{t-1} U) + r * (x_t W) + b       of every gate
 *     i_t, f_t, o_t = sigmoid(s_t)    g_t = tanh(s_t)
 *     c_t = f_t * c_{t-1} + i_t * g_t
 *     h_t = o_t * tanh(c_t)
 *
 * a, p, r are the paper's alpha, beta_1, beta_2. Back, X = x W, Y = h U and q = tanh(c) on the tape:
 *
 *     d_o = dh q o (1-o)    dc = dc_t + dh o (1-q)(1+q)    dc_{t-1} += dc f
 *     d_i = dc g i (1-i)    d_f = dc c_{t-1} f (1-f)       d_g = dc i (1-g)(1+g)
 *     d X = d (a Y + r)     d Y = d (a X + p)              of each d
 *     da = sum d X Y    dp = sum d Y    dr = sum d X    db = sum d
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL };
enum { INPUT, FORGET, CANDIDATE, OUTPUT, GATES };

/* Unit parameters: one per gate of each. */
enum { PRODUCT = 0, RECURRENT = 4, FROM_INPUT = 8, BIAS = 12, PARAMETERS = 16 };

/* The tape: X, Y, d of every gate, and q. */
enum { X = 0, Y = 4, GRADIENT = 8, SQUASHED = 12, TAPE };

typedef struct mi_config {
    double alpha;
    double beta;
    double forget_bias;
} mi_config;

static const rondo_option options[] = {
    RONDO_REAL(mi_config, alpha, 1.0, -100.0, 100.0, 0,
               "initial weight of the product of the two products"),
    RONDO_REAL(mi_config, beta, 0.5, -100.0, 100.0, 0,
               "initial weights of the two products themselves"),
    RONDO_REAL(mi_config, forget_bias, 1.0, -100.0, 100.0, 0, "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

RONDO_INLINE void sum_forward(const rondo_cell_tile *tile, int64_t row, int64_t g)
{
    const rondo_real *a = tile->unit_parameters[PRODUCT + g];
    const rondo_real *p = tile->unit_parameters[RECURRENT + g];
    const rondo_real *r = tile->unit_parameters[FROM_INPUT + g];
    const rondo_real *b = tile->unit_parameters[BIAS + g];
    const rondo_real *recurrent = rondo_tile_separate(tile, row, g);
    rondo_real *s = rondo_tile_gate(tile, row, g);
    rondo_real *x = rondo_tile_tape(tile, row, X + g), *y = rondo_tile_tape(tile, row, Y + g);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        x[u] = s[u];
        y[u] = recurrent[u];
        s[u] = a[u] * x[u] * y[u] + p[u] * y[u] + r[u] * x[u] + b[u];
    }
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT), *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        rondo_real *c = rondo_tile_state(tile, row, CELL), *h = rondo_tile_state(tile, row, HIDDEN);
        rondo_real *q = rondo_tile_tape(tile, row, SQUASHED);
        for (int64_t gate = 0; gate < GATES; gate++)
            sum_forward(tile, row, gate);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
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

RONDO_INLINE void sum_backward(const rondo_cell_tile *tile, int64_t row, int64_t g)
{
    const rondo_real *a = tile->unit_parameters[PRODUCT + g];
    const rondo_real *p = tile->unit_parameters[RECURRENT + g];
    const rondo_real *r = tile->unit_parameters[FROM_INPUT + g];
    const rondo_real *x = rondo_tile_tape(tile, row, X + g);
    const rondo_real *y = rondo_tile_tape(tile, row, Y + g);
    const rondo_real *d = rondo_tile_tape(tile, row, GRADIENT + g);
    rondo_real *dx = rondo_tile_gate(tile, row, g), *dy = rondo_tile_separate(tile, row, g);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        dx[u] = d[u] * (a[u] * y[u] + r[u]);
        dy[u] = d[u] * (a[u] * x[u] + p[u]);
    }
}

/* Leaves the gradients of the sums on the tape. */
RONDO_INLINE void cell_backward(const rondo_cell_tile *tile, int64_t row)
{
    const rondo_real *i = rondo_tile_gate(tile, row, INPUT),
                     *f = rondo_tile_gate(tile, row, FORGET);
    const rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
    const rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
    const rondo_real *q = rondo_tile_tape(tile, row, SQUASHED);
    const rondo_real *before = rondo_tile_previous(tile, row, CELL);
    const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
    const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
    rondo_real *dc_before = rondo_tile_d_previous(tile, row, CELL);
    rondo_real *d_i = rondo_tile_tape(tile, row, GRADIENT + INPUT);
    rondo_real *d_f = rondo_tile_tape(tile, row, GRADIENT + FORGET);
    rondo_real *d_g = rondo_tile_tape(tile, row, GRADIENT + CANDIDATE);
    rondo_real *d_o = rondo_tile_tape(tile, row, GRADIENT + OUTPUT);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        rondo_real dc = dc_in[u] + dh[u] * o[u] * rondo_tanh_slope(q[u]);
        dc_before[u] += dc * f[u];
        d_i[u] = dc * g[u] * rondo_sigmoid_slope(i[u]);
        d_f[u] = dc * before[u] * rondo_sigmoid_slope(f[u]);
        d_g[u] = dc * i[u] * rondo_tanh_slope(g[u]);
        d_o[u] = dh[u] * q[u] * rondo_sigmoid_slope(o[u]);
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        cell_backward(tile, row);
        for (int64_t g = 0; g < GATES; g++)
            sum_backward(tile, row, g);
    }
}

RONDO_INLINE void add_shares(const rondo_cell_tile *tile, int64_t row, int64_t g,
                             rondo_real *const *d_unit_parameters)
{
    const rondo_real *d = rondo_tile_tape(tile, row, GRADIENT + g);
    const rondo_real *x = rondo_tile_tape(tile, row, X + g);
    const rondo_real *y = rondo_tile_tape(tile, row, Y + g);
    rondo_real *sum_a = d_unit_parameters[PRODUCT + g], *sum_p = d_unit_parameters[RECURRENT + g];
    rondo_real *sum_r = d_unit_parameters[FROM_INPUT + g], *sum_b = d_unit_parameters[BIAS + g];
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        sum_a[u] += d[u] * x[u] * y[u];
        sum_p[u] += d[u] * y[u];
        sum_r[u] += d[u] * x[u];
        sum_b[u] += d[u];
    }
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++)
        for (int64_t g = 0; g < GATES; g++)
            add_shares(tile, row, g, d_unit_parameters);
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const mi_config *c = config;
    static const char *const gates[] = {"input_gate", "forget_gate", "candidate", "output_gate"};
    static const char *const parameters[PARAMETERS] = {
        "input_gate_alpha",  "forget_gate_alpha",  "candidate_alpha",  "output_gate_alpha",
        "input_gate_beta_1", "forget_gate_beta_1", "candidate_beta_1", "output_gate_beta_1",
        "input_gate_beta_2", "forget_gate_beta_2", "candidate_beta_2", "output_gate_beta_2",
        "input_gate_bias",   "forget_gate_bias",   "candidate_bias",   "output_gate_bias"};
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    plan->tape_count = TAPE;
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
        plan->unit_parameters[p].name = parameters[p];
        plan->unit_parameters[p].start = p < RECURRENT ? c->alpha : p < BIAS ? c->beta : 0;
    }
    plan->unit_parameters[BIAS + FORGET].start = c->forget_bias;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_multiplicative_integration_lstm;
const rondo_cell rondo_plugin_multiplicative_integration_lstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell),
             .name = "multiplicative_integration_lstm",
             .summary = "LSTM whose gates also multiply the products of input and hidden state",
             .equations = "s_t = a * (x_t W) * (h_{t-1} U) + p * (h_{t-1} U) + r * (x_t W) + b, of "
                          "every gate\n"
                          "i_t, f_t, o_t = sigmoid(s_t), g_t = tanh(s_t)\n"
                          "c_t = f_t * c_{t-1} + i_t * g_t\n"
                          "h_t = o_t * tanh(c_t)",
             .source = "Wu, Zhang, Zhang, Bengio & Salakhutdinov (2016), arXiv:1606.06630, "
                       "equation 4 in every gate",
             .config_size = sizeof(mi_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
