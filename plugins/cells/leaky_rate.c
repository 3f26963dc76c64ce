/* Leaky rate network of neuroscience (Song, Yang & Wang 2016, PLoS Computational Biology 12(2),
 * equations 1 and 2, in discrete time): currents decay with the time constant
 * of their unit and are driven by the rates of all.
 *
 *     c_t = (1 - a) * c_{t-1} + a * (x_t W + b + r_{t-1} U) current, a = dt / tau of the unit
 *         [+ sqrt(2 a) * noise * n_t]                       n_t: standard normal, in training
 *     r_t = activation(c_t)                                 rate: the output
 *
 * The time constants are learnt. With `dale`, U = D max(A, 0): the first units
 * excite, the others inhibit all units; U starts balanced. With `noise` each unit has some of its own.
 *
 * Back:
 *
 *     dc = dc_t + dr slope(r)    d(x W + b + r U) = a dc    dc_{t-1} += (1 - a) dc
 *     da = sum dc (x W + b + r U - c_{t-1} [+ noise * n / sqrt(2 a)])
 */
#include <math.h>

#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { RATE, CURRENT };
enum { RELU, TANH };

typedef struct leaky_rate_config {
    int activation;
    double shortest;
    double longest;
    bool dale;
    double excitatory;
    double noise;
} leaky_rate_config;

static const char *const activations[] = {"relu", "tanh", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(leaky_rate_config, activation, RELU, activations, "function from current to rate"),
    RONDO_REAL(leaky_rate_config, shortest, 2.0, 1.0, 1e6, 0,
               "shortest initial time constant, in time steps"),
    RONDO_REAL(leaky_rate_config, longest, 20.0, 1.0, 1e6, 0,
               "longest initial time constant, in time steps"),
    RONDO_BOOLEAN(leaky_rate_config, dale, 0,
                  "Dale's principle: all that a unit gives to others has one sign"),
    RONDO_REAL(leaky_rate_config, excitatory, 0.8, 0.0, 1.0, RONDO_WITH_PREVIOUS,
               "share of the units that excite; the others inhibit"),
    RONDO_REAL(leaky_rate_config, noise, 0.0, 0.0, 1e3, 0,
               "standard deviation of the noise in the currents, in training"),
    RONDO_OPTIONS_END,
};

/* sqrt(2 a) * noise * n */
RONDO_INLINE void add_noise(const leaky_rate_config *config, const rondo_cell_tile *tile,
                            int64_t row, rondo_real *current)
{
    const rondo_real *leak = tile->unit_parameters[0], *n = rondo_tile_noise(tile, row, 0);
    rondo_real deviation = (rondo_real)config->noise;
    for (int64_t u = 0; u < tile->units; u++)
        current[u] += deviation * (rondo_real)sqrt(2 * (double)leak[u]) * n[u];
}

/* dc * noise * n / sqrt(2 a), where a dc is what backward has left; a leak that has become 0 lets
 * no noise in. */
RONDO_INLINE void add_noise_slope(const leaky_rate_config *config, const rondo_cell_tile *tile,
                                  int64_t row, const rondo_real *leaked, rondo_real *d_leak)
{
    const rondo_real *leak = tile->unit_parameters[0], *n = rondo_tile_noise(tile, row, 0);
    rondo_real deviation = (rondo_real)config->noise;
    for (int64_t u = 0; u < tile->units; u++)
        if (leak[u] > 0)
            d_leak[u] +=
                leaked[u] / leak[u] * deviation * n[u] / (rondo_real)sqrt(2 * (double)leak[u]);
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const leaky_rate_config *c = config;
    const rondo_real *leak = tile->unit_parameters[0];
    bool is_relu = c->activation == RELU;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *drive = rondo_tile_gate(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, CURRENT);
        rondo_real *rate = rondo_tile_state(tile, row, RATE);
        rondo_real *current = rondo_tile_state(tile, row, CURRENT);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++)
            current[u] = (1 - leak[u]) * before[u] + leak[u] * drive[u];
        if (tile->noise) add_noise(c, tile, row, current);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rate[u] = is_relu ? (current[u] > 0 ? current[u] : 0) : rondo_tanh(current[u]);
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const leaky_rate_config *c = config;
    const rondo_real *leak = tile->unit_parameters[0];
    bool is_relu = c->activation == RELU;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *drive = rondo_tile_gate(tile, row, 0);
        rondo_real *d_leak = rondo_tile_tape(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, CURRENT);
        const rondo_real *rate = rondo_tile_state(tile, row, RATE);
        const rondo_real *dr = rondo_tile_d_state(tile, row, RATE);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CURRENT);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, CURRENT);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dc = dc_in[u] + dr[u] * (is_relu ? (rondo_real)(rate[u] > 0)
                                                        : rondo_tanh_slope(rate[u]));
            d_leak[u] = dc * (drive[u] - before[u]);
            drive[u] = leak[u] * dc;
            d_before[u] += (1 - leak[u]) * dc;
        }
        if (tile->noise) add_noise_slope(c, tile, row, drive, d_leak);
    }
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    rondo_real *sum = d_unit_parameters[0];
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *d_leak = rondo_tile_tape(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            sum[u] += d_leak[u];
        }
    }
}

/* Time constants from `shortest` to `longest`, evenly in their logarithm. */
static double start_leak(const void *config, int64_t unit, int64_t hidden, double random)
{
    const leaky_rate_config *c = config;
    (void)unit;
    (void)hidden;
    return 1 / (c->shortest * pow(c->longest / c->shortest, random));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const leaky_rate_config *c = config;
    plan->noise_count = c->noise > 0;
    plan->state_count = 2;
    plan->states[0] = "rate";
    plan->states[1] = "current";
    plan->tape_count = 1;
    plan->stage_count = 1;
    plan->stages[0] =
        (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                           .gate_count = 1,
                           .gates = {{.name = "drive",
                                      .form = c->dale ? RONDO_FORM_DALE : RONDO_FORM_DENSE,
                                      .form_share = c->dale ? c->excitatory : 0}},
                           .forward = forward,
                           .backward = backward};
    plan->unit_parameter_count = 1;
    plan->unit_parameters[0] = (rondo_cell_unit_parameter){.name = "leak",
                                                           .unit_start = start_leak,
                                                           .low = 0,
                                                           .high = 1,
                                                           .flags = RONDO_PARAMETER_CLAMPED};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_leaky_rate;
const rondo_cell rondo_plugin_leaky_rate = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "leaky_rate",
             .summary =
                 "rate network of neuroscience: leaky currents, each with its own time constant",
             .equations =
                 "c_t = (1 - a) * c_{t-1} + a * (x_t W + b + r_{t-1} U) current, a = dt / tau "
                 "of the unit\n"
                 "r_t = activation(c_t)                                 rate: the output\n"
                 "noise: c_t += sqrt(2 a) * noise * n_t, n_t standard normal, in training\n"
                 "dale: U = D max(A, 0), D = 1 for units that excite, -1 for units that inhibit",
             .source =
                 "Song, Yang & Wang (2016), PLoS Computational Biology 12(2):e1004792, equations "
                 "1 and 2",
             .config_size = sizeof(leaky_rate_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
