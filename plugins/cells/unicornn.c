/* Undamped independent controlled oscillatory RNN (Rusch & Mishra 2021, arXiv:2103.05487, section
 * 2): every unit is an oscillator of its own, driven by the input; there is no recurrent product.
 *
 *     a_t = tanh(w * h_{t-1} + x_t V + b)
 *     v_t = v_{t-1} - g * (a_t + alpha * h_{t-1})           velocity
 *     h_t = h_{t-1} + g * v_t                               place
 *     g = dt * sigmoid(c)                                   time step of the unit
 *
 * The gate block holds a, then da; the tape holds dg after backward. c is the parameter `pace`.
 *
 * Back:
 *
 *     dv = dv_t + dh g    dv_{t-1} += dv    da = -g dv (1-a)(1+a)    dh_{t-1} += dh - alpha g dv + da w
 *     dw = sum da h_{t-1}    dg = sum dh v_t - dv (a + alpha h_{t-1})    dc = dg g (1 - sigmoid(c))
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { PLACE, VELOCITY };

typedef struct unicornn_config {
    double dt;
    double alpha;
} unicornn_config;

static const rondo_option options[] = {
    RONDO_REAL(unicornn_config, dt, 0.1, 0.0, 10.0, RONDO_OPEN_LOW, "longest time step of a unit"),
    RONDO_REAL(unicornn_config, alpha, 1.0, 0.0, 1000.0, 0,
               "how strongly a unit is drawn back to 0"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const unicornn_config *c = config;
    const rondo_real *w = tile->unit_parameters[0], *pace = tile->unit_parameters[1];
    rondo_real dt = (rondo_real)c->dt, alpha = (rondo_real)c->alpha;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *a = rondo_tile_gate(tile, row, 0);
        const rondo_real *h_before = rondo_tile_previous(tile, row, PLACE);
        const rondo_real *v_before = rondo_tile_previous(tile, row, VELOCITY);
        rondo_real *h = rondo_tile_state(tile, row, PLACE);
        rondo_real *v = rondo_tile_state(tile, row, VELOCITY);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real g = dt * rondo_sigmoid(pace[u]);
            a[u] = rondo_tanh(a[u] + w[u] * h_before[u]);
            v[u] = v_before[u] - g * (a[u] + alpha * h_before[u]);
            h[u] = h_before[u] + g * v[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const unicornn_config *c = config;
    const rondo_real *w = tile->unit_parameters[0], *pace = tile->unit_parameters[1];
    rondo_real dt = (rondo_real)c->dt, alpha = (rondo_real)c->alpha;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *a = rondo_tile_gate(tile, row, 0);
        rondo_real *dg = rondo_tile_tape(tile, row, 0);
        const rondo_real *h_before = rondo_tile_previous(tile, row, PLACE);
        const rondo_real *v = rondo_tile_state(tile, row, VELOCITY);
        const rondo_real *dh = rondo_tile_d_state(tile, row, PLACE);
        const rondo_real *dv_in = rondo_tile_d_state(tile, row, VELOCITY);
        rondo_real *dh_before = rondo_tile_d_previous(tile, row, PLACE);
        rondo_real *dv_before = rondo_tile_d_previous(tile, row, VELOCITY);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real g = dt * rondo_sigmoid(pace[u]);
            rondo_real dv = dv_in[u] + dh[u] * g;
            dg[u] = dh[u] * v[u] - dv * (a[u] + alpha * h_before[u]);
            a[u] = -g * dv * rondo_tanh_slope(a[u]);
            dv_before[u] += dv;
            dh_before[u] += dh[u] - alpha * g * dv + a[u] * w[u];
        }
    }
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    const unicornn_config *c = config;
    rondo_real *sum_w = d_unit_parameters[0];
    rondo_real *sum_c = d_unit_parameters[1];
    const rondo_real *pace = tile->unit_parameters[1];
    rondo_real dt = (rondo_real)c->dt;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *da = rondo_tile_gate(tile, row, 0);
        const rondo_real *dg = rondo_tile_tape(tile, row, 0);
        const rondo_real *before = rondo_tile_previous(tile, row, PLACE);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            sum_w[u] += da[u] * before[u];
            sum_c[u] += dg[u] * dt * rondo_sigmoid_slope(rondo_sigmoid(pace[u]));
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    plan->state_count = 2;
    plan->states[0] = "hidden";
    plan->states[1] = "velocity";
    plan->tape_count = 1;
    plan->stage_count = 1;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                                         .gate_count = 1,
                                         .gates = {{.name = "force"}},
                                         .forward = forward,
                                         .backward = backward};
    plan->unit_parameter_count = 2;
    plan->unit_parameters[0] =
        (rondo_cell_unit_parameter){.name = "recurrent_weight", .start = 0.5, .spread = 0.5};
    plan->unit_parameters[1] = (rondo_cell_unit_parameter){.name = "pace", .spread = 0.1};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_unicornn;
const rondo_cell rondo_plugin_unicornn = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "unicornn",
         .summary =
             "oscillators driven by the input, without damping and recurrent product (UnICORNN)",
         .equations = "a_t = tanh(w * h_{t-1} + x_t V + b)\n"
                      "v_t = v_{t-1} - g * (a_t + alpha * h_{t-1})           velocity\n"
                      "h_t = h_{t-1} + g * v_t                               place\n"
                      "g = dt * sigmoid(c)                                   time step of the unit",
         .source = "Rusch & Mishra (2021), arXiv:2103.05487, section 2",
         .config_size = sizeof(unicornn_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
