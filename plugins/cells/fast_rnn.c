/* FastRNN (Kusupati, Singh, Bhatia, Kumar, Jain & Varma 2018, arXiv:1901.02358, equation 2): an RNN with
 * a weighted residual connection, two numbers for all units.
 *
 *     n_t = activation(x_t W + b + h_{t-1} U)
 *     h_t = sigmoid(alpha) n_t + sigmoid(beta) h_{t-1}
 *
 * Back, A and B the sigmoids:
 *
 *     dn = dh A activation'         dh_{t-1} += dh B
 *     dalpha = sum dh n A (1-A)     dbeta = sum dh h_{t-1} B (1-B)      sums over units, too
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { ALPHA, BETA };
enum { TANH, RELU };

/* The tape: backward leaves dh n and dh h_{t-1}. */
enum { BY_ALPHA, BY_BETA, TAPE };

typedef struct fast_config {
    int activation;
    double alpha;
    double beta;
} fast_config;

static const char *const activations[] = {"tanh", "relu", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(fast_config, activation, TANH, activations, "activation of the new value"),
    RONDO_REAL(fast_config, alpha, -3.0, -100.0, 100.0, 0,
               "initial alpha; sigmoid(alpha) weighs the new value"),
    RONDO_REAL(fast_config, beta, 3.0, -100.0, 100.0, 0,
               "initial beta; sigmoid(beta) weighs the previous state"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const fast_config *c = config;
    bool is_relu = c->activation == RELU;
    rondo_real a = rondo_sigmoid(tile->unit_parameters[ALPHA][0]);
    rondo_real b = rondo_sigmoid(tile->unit_parameters[BETA][0]);
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, 0), *h = rondo_tile_state(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            n[u] = is_relu ? (n[u] > 0 ? n[u] : 0) : rondo_tanh(n[u]);
            h[u] = a * n[u] + b * before[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const fast_config *c = config;
    bool is_relu = c->activation == RELU;
    rondo_real a = rondo_sigmoid(tile->unit_parameters[ALPHA][0]);
    rondo_real b = rondo_sigmoid(tile->unit_parameters[BETA][0]);
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
        rondo_real *by_alpha = rondo_tile_tape(tile, row, BY_ALPHA);
        rondo_real *by_beta = rondo_tile_tape(tile, row, BY_BETA);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            by_alpha[u] = dh[u] * n[u];
            by_beta[u] = dh[u] * before[u];
            d_before[u] += dh[u] * b;
            n[u] = dh[u] * a * (is_relu ? (rondo_real)(n[u] > 0) : rondo_tanh_slope(n[u]));
        }
    }
}

RONDO_INLINE double total(const rondo_real *values, int64_t units)
{
    double lanes[RONDO_LANES] = {0};
    int64_t whole = units - units % RONDO_LANES;
    for (int64_t u = 0; u < whole; u += RONDO_LANES)
        for (int l = 0; l < RONDO_LANES; l++)
            lanes[l] += (double)values[u + l];
    for (int64_t u = whole; u < units; u++)
        lanes[u - whole] += (double)values[u];
    return rondo_lanes_total(lanes);
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    rondo_real slope_a = rondo_sigmoid_slope(rondo_sigmoid(tile->unit_parameters[ALPHA][0]));
    rondo_real slope_b = rondo_sigmoid_slope(rondo_sigmoid(tile->unit_parameters[BETA][0]));
    double sum_a = 0, sum_b = 0;
    for (int64_t row = 0; row < tile->rows; row++) {
        sum_a += total(rondo_tile_tape(tile, row, BY_ALPHA), tile->units);
        sum_b += total(rondo_tile_tape(tile, row, BY_BETA), tile->units);
    }
    d_unit_parameters[ALPHA][0] += slope_a * (rondo_real)sum_a;
    d_unit_parameters[BETA][0] += slope_b * (rondo_real)sum_b;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const fast_config *c = config;
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->tape_count = TAPE;
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_STATE(0);
    stage->gate_count = 1;
    stage->gates[0].name = "candidate";
    stage->forward = forward;
    stage->backward = backward;
    plan->unit_parameter_count = 2;
    plan->unit_parameters[ALPHA] = (rondo_cell_unit_parameter){
        .name = "alpha", .start = c->alpha, .flags = RONDO_PARAMETER_SHARED};
    plan->unit_parameters[BETA] = (rondo_cell_unit_parameter){
        .name = "beta", .start = c->beta, .flags = RONDO_PARAMETER_SHARED};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_fast_rnn;
const rondo_cell rondo_plugin_fast_rnn = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "fast_rnn",
             .summary = "RNN with a weighted residual connection; two weights shared by all units",
             .equations = "n_t = activation(x_t W + b + h_{t-1} U)\n"
                          "h_t = sigmoid(alpha) n_t + sigmoid(beta) h_{t-1}",
             .source = "Kusupati, Singh, Bhatia, Kumar, Jain & Varma (2018), arXiv:1901.02358, "
                       "FastRNN; its alpha and beta are sigmoids here, as in the authors' code",
             .config_size = sizeof(fast_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
