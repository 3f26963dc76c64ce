/* The simple recurrent network (Elman 1990), with tanh or rectifier.
 *
 *     a_t = x_t W + b + h_{t-1} U
 *     h_t = f(a_t)                      f = tanh, or max(0, a) for relu
 *
 * and back, d for the gradient of the loss:
 *
 *     da_t = dh_t f'(a_t)               f' = (1 - h)(1 + h), or 1 where h > 0
 *
 * The host adds da_t U^T to dh_{t-1}. Both slopes follow from h_t, so there is no tape.
 *
 * IRNN (Le, Jaitly & Hinton 2015): activation relu, recurrent_identity true: U starts as
 * recurrent_scale times the identity.
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { TANH, RELU };

typedef struct rnn_config {
    int activation;
    bool recurrent_identity;
    double recurrent_scale;
} rnn_config;

static const char *const activations[] = {"tanh", "relu", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(rnn_config, activation, TANH, activations, "function f of the units"),
    RONDO_BOOLEAN(rnn_config, recurrent_identity, 0,
                  "start the recurrent weights as a multiple of the identity"),
    RONDO_REAL(rnn_config, recurrent_scale, 1.0, -4.0, 4.0, RONDO_WITH_PREVIOUS,
               "multiple of the identity"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const rnn_config *c = config;
    int64_t units = tile->units;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *a = rondo_tile_gate(tile, r, 0);
        rondo_real *h = rondo_tile_state(tile, r, 0);
        if (c->activation == TANH) {
#pragma omp simd
            for (int64_t u = 0; u < units; u++)
                h[u] = rondo_tanh(a[u]);
        } else {
#pragma omp simd
            for (int64_t u = 0; u < units; u++)
                h[u] = a[u] < 0 ? 0 : a[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const rnn_config *c = config;
    int64_t units = tile->units;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *h = rondo_tile_state(tile, r, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, r, 0);
        rondo_real *da = rondo_tile_gate(tile, r, 0);
        if (c->activation == TANH) {
#pragma omp simd
            for (int64_t u = 0; u < units; u++)
                da[u] = dh[u] * rondo_tanh_slope(h[u]);
        } else {
#pragma omp simd
            for (int64_t u = 0; u < units; u++)
                da[u] = h[u] > 0 ? dh[u] : 0;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const rnn_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    plan->stages[0].source = RONDO_SOURCE_STATE(0);
    plan->stages[0].gate_count = 1;
    plan->stages[0].gates[0].name = "hidden";
    plan->stages[0].gates[0].start =
        c->recurrent_identity ? RONDO_START_IDENTITY : RONDO_START_DEFAULT;
    plan->stages[0].gates[0].scale = c->recurrent_scale;
    plan->stages[0].forward = forward;
    plan->stages[0].backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_rnn;
const rondo_cell rondo_plugin_rnn = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "rnn",
             .summary = "simple recurrent network with tanh or ReLU",
             .equations = "h_t = f(x_t W + b + h_{t-1} U)",
             .source = "Elman (1990), Finding structure in time; for the identity start Le, Jaitly "
                       "& Hinton (2015), arXiv:1504.00941",
             .config_size = sizeof(rnn_config), .options = options},
    .plan = plan,
};
