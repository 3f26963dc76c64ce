/* Real-gated linear recurrent unit, RG-LRU (De et al. 2024, arXiv:2402.19427, section 2.4,
 * equations 1 to 4), the recurrence of Griffin and Hawk: a linear recurrence on the diagonal,
 * whose decay is gated.
 *
 *     r_t = sigmoid(x_t W_r + b_r)                          recurrence gate
 *     i_t = sigmoid(x_t W_i + b_i)                          input gate
 *     a_t = sigmoid(lambda)^(exponent * r_t)                decay
 *     h_t = a_t * h_{t-1} + sqrt(1 - a_t^2) * (i_t * y_t)
 *     y_t = x_t W_y with projection, x_t without
 *
 * The tape holds a, m, and after backward da a r in place of a. Where a rounds to 1 the input passes
 * nothing, and its slope there counts as 0.
 *
 * Back:
 *
 *     di = dh m y i (1-i)    dy = dh m i    da = dh (h_{t-1} - i y a / m)    dh_{t-1} += dh a
 *     with m = sqrt(1 - a^2), and l = -exponent softplus(-lambda), so that a = exp(l r):
 *     dr = da a l r (1-r)    dlambda = sum da a r exponent (1 - sigmoid(lambda))
 */
#include <math.h>

#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { RECURRENCE, INPUT, PROJECTED };
enum { DECAY, SCALE, HIGHWAY, TAPE };

typedef struct rg_lru_config {
    bool projection;
    double exponent;
} rg_lru_config;

static const rondo_option options[] = {
    RONDO_BOOLEAN(rg_lru_config, projection, 1,
                  "the input has weights of its own; without them it must be as wide as the layer"),
    RONDO_REAL(rg_lru_config, exponent, 8.0, 0.0, 100.0, RONDO_OPEN_LOW,
               "how far the recurrence gate reaches: c of the paper"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const rg_lru_config *c = config;
    const rondo_real *lambda = tile->unit_parameters[0];
    rondo_real exponent = (rondo_real)c->exponent;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RECURRENCE);
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *a = rondo_tile_tape(tile, row, DECAY);
        rondo_real *m = rondo_tile_tape(tile, row, SCALE);
        const rondo_real *y =
            c->projection ? rondo_tile_gate(tile, row, PROJECTED) : rondo_tile_input(tile, row);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            r[u] = rondo_sigmoid(r[u]);
            i[u] = rondo_sigmoid(i[u]);
            a[u] = rondo_exp(-exponent * rondo_softplus(-lambda[u]) * r[u]);
            m[u] = rondo_sqrt((1 - a[u]) * (1 + a[u]));
            h[u] = a[u] * before[u] + m[u] * i[u] * y[u];
        }
    }
}

/* dy, on the tape, goes to the projection or to the input. */
RONDO_INLINE void highway_backward(const rg_lru_config *c, const rondo_cell_tile *tile, int64_t row)
{
    const rondo_real *dy = rondo_tile_tape(tile, row, HIGHWAY);
    if (c->projection) {
        rondo_real *projected = rondo_tile_gate(tile, row, PROJECTED);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++)
            projected[u] = dy[u];
    } else {
        rondo_real *dx = rondo_tile_d_input(tile, row);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++)
            dx[u] += dy[u];
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const rg_lru_config *c = config;
    const rondo_real *lambda = tile->unit_parameters[0];
    rondo_real exponent = (rondo_real)c->exponent;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RECURRENCE);
        rondo_real *i = rondo_tile_gate(tile, row, INPUT);
        rondo_real *a = rondo_tile_tape(tile, row, DECAY);
        const rondo_real *m = rondo_tile_tape(tile, row, SCALE);
        const rondo_real *y =
            c->projection ? rondo_tile_gate(tile, row, PROJECTED) : rondo_tile_input(tile, row);
        rondo_real *dy = rondo_tile_tape(tile, row, HIGHWAY);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real decay = a[u], gate = r[u], input = i[u];
            rondo_real inverse = m[u] > 0 ? 1 / m[u] : 0;
            rondo_real d_log = dh[u] * (before[u] - input * y[u] * decay * inverse) * decay;
            d_before[u] += dh[u] * decay;
            dy[u] = dh[u] * m[u] * input;
            i[u] = dh[u] * m[u] * y[u] * rondo_sigmoid_slope(input);
            r[u] = -d_log * exponent * rondo_softplus(-lambda[u]) * rondo_sigmoid_slope(gate);
            a[u] = d_log * gate;
        }
        highway_backward(c, tile, row);
    }
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    const rg_lru_config *c = config;
    rondo_real *sum = d_unit_parameters[0];
    const rondo_real *lambda = tile->unit_parameters[0];
    rondo_real exponent = (rondo_real)c->exponent;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *share = rondo_tile_tape(tile, row, DECAY);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            sum[u] += share[u] * exponent * rondo_sigmoid(-lambda[u]);
        }
    }
}

/* The decay at an open gate, sigmoid(lambda)^exponent, starts evenly between 0.9 and 0.999. */
static double start_lambda(const void *config, int64_t unit, int64_t hidden, double random)
{
    const rg_lru_config *c = config;
    double decay = pow(0.9 + 0.099 * random, 1 / c->exponent);
    (void)unit;
    (void)hidden;
    return log(decay / (1 - decay));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const rg_lru_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->tape_count = TAPE;
    plan->stage_count = 1;
    plan->stages[0] =
        (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                           .gate_count = c->projection ? 3 : 2,
                           .gates = {{.name = "recurrence_gate"},
                                     {.name = "input_gate"},
                                     {.name = "projected_input", .flags = RONDO_GATE_NO_BIAS}},
                           .forward = forward,
                           .backward = backward};
    plan->unit_parameter_count = 1;
    plan->unit_parameters[0] =
        (rondo_cell_unit_parameter){.name = "lambda", .unit_start = start_lambda};
    plan->whole_rows = plan->wants_input = plan->needs_equal_widths = !c->projection;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_rg_lru;
const rondo_cell rondo_plugin_rg_lru = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "rg_lru",
             .summary = "linear recurrence on the diagonal with a gated decay (RG-LRU, of Griffin)",
             .equations = "r_t = sigmoid(x_t W_r + b_r)                          recurrence gate\n"
                          "i_t = sigmoid(x_t W_i + b_i)                          input gate\n"
                          "a_t = sigmoid(lambda)^(exponent * r_t)                decay\n"
                          "h_t = a_t * h_{t-1} + sqrt(1 - a_t^2) * (i_t * y_t)\n"
                          "y_t = x_t W_y with projection, x_t without",
             .source = "De et al. (2024), Griffin, arXiv:2402.19427, section 2.4, equations 1 to 4",
             .config_size = sizeof(rg_lru_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
