/* Echo state network (Jaeger 2001; leaky units: Jaeger, Lukosevicius, Popovici & Siewert 2007): a reservoir
 * whose weights stay as they start, with a trained layer behind it.
 *
 *     n_t = tanh(x_t W + b + radius * h_{t-1} U)
 *     h_t = (1 - leak) h_{t-1} + leak * n_t
 *
 * W, U and b are frozen. U starts by model.initialization.recurrent; where that is `orthogonal`, all its
 * eigenvalues are of size 1, and radius * U has that spectral radius (orthogonal reservoirs: White, Lee &
 * Sompolinsky 2004). Back, for what is trained below:
 *
 *     d(x W + b) = leak dh (1-n)(1+n)     d(h U) = radius d(x W + b)     dh_{t-1} += (1 - leak) dh
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

typedef struct echo_state_config {
    double radius;
    double leak;
} echo_state_config;

static const rondo_option options[] = {
    RONDO_REAL(echo_state_config, radius, 0.9, 0.0, 100.0, 0, "factor of the recurrent product"),
    RONDO_REAL(echo_state_config, leak, 1.0, 0.0, 1.0, RONDO_OPEN_LOW,
               "share of the new value; 1: no leak"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const echo_state_config *c = config;
    rondo_real radius = (rondo_real)c->radius, leak = (rondo_real)c->leak;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, 0);
        const rondo_real *product = rondo_tile_separate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            n[u] = rondo_tanh(n[u] + radius * product[u]);
            h[u] = (1 - leak) * before[u] + leak * n[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const echo_state_config *c = config;
    rondo_real radius = (rondo_real)c->radius, leak = (rondo_real)c->leak;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *n = rondo_tile_gate(tile, row, 0);
        rondo_real *product = rondo_tile_separate(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            n[u] = leak * dh[u] * rondo_tanh_slope(n[u]);
            product[u] = radius * n[u];
            d_before[u] += (1 - leak) * dh[u];
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    plan->stages[0] = (rondo_cell_stage){
        .source = RONDO_SOURCE_STATE(0),
        .gate_count = 1,
        .separate_count = 1,
        .gates = {{.name = "hidden", .flags = RONDO_GATE_FROZEN | RONDO_GATE_NO_RECURRENT_BIAS}},
        .forward = forward,
        .backward = backward};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_echo_state;
const rondo_cell rondo_plugin_echo_state = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "echo_state",
             .summary = "echo state network: a reservoir whose weights are not trained",
             .equations = "n_t = tanh(x_t W + b + radius * h_{t-1} U)      W, U, b: frozen\n"
                          "h_t = (1 - leak) h_{t-1} + leak * n_t",
             .source =
                 "Jaeger (2001), GMD Report 148; leaky units Jaeger, Lukosevicius, Popovici & "
                 "Siewert (2007); orthogonal reservoirs White, Lee & Sompolinsky (2004)",
             .config_size = sizeof(echo_state_config), .options = options},
    .plan = plan,
};
