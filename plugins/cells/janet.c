/* JANET: just another network, an LSTM of a forget gate alone (van der Westhuizen & Lasenby 2018,
 * arXiv:1804.04849, section 3).
 *
 *     s_t = x_t W_f + b_f + h_{t-1} U_f
 *     n_t = tanh(x_t W_n + b_n + h_{t-1} U_n)
 *     h_t = sigmoid(s_t) * h_{t-1} + (1 - sigmoid(s_t - beta)) * n_t
 *
 * Chrono start (Tallec & Ollivier 2018, arXiv:1804.11188): b_f = log(u), u uniform in [1, T - 1], with T
 * the longest dependency. Back, f = sigmoid(s), k = sigmoid(s - beta) on the tape:
 *
 *     ds = dh (h_{t-1} f (1-f) - n k (1-k))    dn = dh (1 - k)(1-n)(1+n)    dh_{t-1} += dh f
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { FORGET, CANDIDATE };

typedef struct janet_config {
    double beta;
    double forget_bias;
    int64_t longest_dependency;
} janet_config;

static const rondo_option options[] = {
    RONDO_REAL(
        janet_config, beta, 1.0, -100.0, 100.0, 0,
        "subtracted from the forget gate's sum to get the input gate, 1 - sigmoid(s - beta)"),
    RONDO_REAL(janet_config, forget_bias, 1.0, -100.0, 100.0, 0,
               "initial bias of the forget gate, unless chrono initialization sets it"),
    RONDO_INTEGER(janet_config, longest_dependency, 0, 0, 1e9,
                  "longest dependency, in steps, for chrono initialization of the forget gate's "
                  "bias; 0: off"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const janet_config *c = config;
    rondo_real beta = (rondo_real)c->beta;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *k = rondo_tile_tape(tile, row, 0), *h = rondo_tile_state(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            k[u] = rondo_sigmoid(f[u] - beta);
            f[u] = rondo_sigmoid(f[u]);
            n[u] = rondo_tanh(n[u]);
            h[u] = f[u] * before[u] + (1 - k[u]) * n[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *k = rondo_tile_tape(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            d_before[u] += dh[u] * f[u];
            f[u] =
                dh[u] * (before[u] * rondo_sigmoid_slope(f[u]) - n[u] * rondo_sigmoid_slope(k[u]));
            n[u] = dh[u] * (1 - k[u]) * rondo_tanh_slope(n[u]);
        }
    }
}

static double chrono_start(const void *config, int64_t unit, int64_t hidden, double random)
{
    const janet_config *c = config;
    (void)unit;
    (void)hidden;
    return log(1 + random * fmax(0, (double)c->longest_dependency - 2));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const janet_config *c = config;
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->tape_count = 1;
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_STATE(0);
    stage->gate_count = 2;
    stage->gates[FORGET].name = "forget_gate";
    stage->gates[FORGET].bias = c->forget_bias;
    stage->gates[FORGET].bias_start = c->longest_dependency > 0 ? chrono_start : NULL;
    stage->gates[CANDIDATE].name = "candidate";
    stage->forward = forward;
    stage->backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_janet;
const rondo_cell rondo_plugin_janet = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "janet",
             .summary =
                 "LSTM with only a forget gate, and optional chrono initialization of its bias",
             .equations = "s_t = x_t W_f + b_f + h_{t-1} U_f\n"
                          "n_t = tanh(x_t W_n + b_n + h_{t-1} U_n)\n"
                          "h_t = sigmoid(s_t) * h_{t-1} + (1 - sigmoid(s_t - beta)) * n_t",
             .source = "van der Westhuizen & Lasenby (2018), arXiv:1804.04849, section 3; chrono "
                       "start: Tallec & Ollivier (2018), arXiv:1804.11188",
             .config_size = sizeof(janet_config), .options = options},
    .plan = plan,
};
