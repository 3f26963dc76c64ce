/* Coupled oscillatory RNN (Rusch & Mishra 2021, arXiv:2010.00951, equation 3): units are driven,
 * coupled, damped oscillators with position h and velocity v.
 *
 *     a_t = tanh(x_t W + b + h_{t-1} U + v_{t-1} V)
 *     v_t = v_{t-1} + dt (a_t - gamma h_{t-1} - epsilon v_{t-1})
 *     h_t = h_{t-1} + dt v_t
 *
 * The paper's y is h here, its z is v; the damping is explicit, of v_{t-1}. Two stages, one per product;
 * the second has both. Back:
 *
 *     e = dv + dt dh    da = e dt (1-a)(1+a)
 *     dh_{t-1} += dh - e dt gamma    dv_{t-1} += e (1 - dt epsilon)
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, VELOCITY };
enum { DRIVE, FROM_VELOCITY };

typedef struct co_rnn_config {
    double dt;
    double gamma;
    double epsilon;
} co_rnn_config;

static const rondo_option options[] = {
    RONDO_REAL(co_rnn_config, dt, 0.042, 0, 1.0, RONDO_OPEN_LOW, "step of time"),
    RONDO_REAL(co_rnn_config, gamma, 2.7, 0, 1000.0, 0, "restoring force: the squared frequency"),
    RONDO_REAL(co_rnn_config, epsilon, 4.7, 0, 1000.0, 0, "damping coefficient"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const co_rnn_config *c = config;
    rondo_real dt = (rondo_real)c->dt, gamma = (rondo_real)c->gamma;
    rondo_real epsilon = (rondo_real)c->epsilon;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *a = rondo_tile_gate(tile, row, DRIVE);
        const rondo_real *from_velocity = rondo_tile_gate(tile, row, FROM_VELOCITY);
        const rondo_real *h_before = rondo_tile_previous(tile, row, HIDDEN);
        const rondo_real *v_before = rondo_tile_previous(tile, row, VELOCITY);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
        rondo_real *v = rondo_tile_state(tile, row, VELOCITY);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            a[u] = rondo_tanh(a[u] + from_velocity[u]);
            v[u] = v_before[u] + dt * (a[u] - gamma * h_before[u] - epsilon * v_before[u]);
            h[u] = h_before[u] + dt * v[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const co_rnn_config *c = config;
    rondo_real dt = (rondo_real)c->dt, gamma = (rondo_real)c->gamma;
    rondo_real epsilon = (rondo_real)c->epsilon;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *a = rondo_tile_gate(tile, row, DRIVE);
        rondo_real *from_velocity = rondo_tile_gate(tile, row, FROM_VELOCITY);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *dv = rondo_tile_d_state(tile, row, VELOCITY);
        rondo_real *dh_before = rondo_tile_d_previous(tile, row, HIDDEN);
        rondo_real *dv_before = rondo_tile_d_previous(tile, row, VELOCITY);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real e = dv[u] + dt * dh[u];
            from_velocity[u] = a[u] = e * dt * rondo_tanh_slope(a[u]);
            dh_before[u] += dh[u] - e * dt * gamma;
            dv_before[u] += e * (1 - dt * epsilon);
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    rondo_cell_stage *first = &plan->stages[0], *second = &plan->stages[1];
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[VELOCITY] = "velocity";
    plan->stage_count = 2;
    first->source = RONDO_SOURCE_STATE(HIDDEN);
    first->gate_count = 1;
    first->gates[0].name = "drive";
    first->forward = first->backward = rondo_cell_no_work;
    second->source = RONDO_SOURCE_STATE(VELOCITY);
    second->gate_count = 1;
    second->gates[0].name = "drive_from_velocity";
    second->gates[0].flags = RONDO_GATE_NO_INPUT | RONDO_GATE_NO_BIAS;
    second->forward = forward;
    second->backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_co_rnn;
const rondo_cell rondo_plugin_co_rnn = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "co_rnn",
             .summary = "coupled oscillatory RNN: units are driven, damped oscillators",
             .equations = "a_t = tanh(x_t W + b + h_{t-1} U + v_{t-1} V)\n"
                          "v_t = v_{t-1} + dt (a_t - gamma h_{t-1} - epsilon v_{t-1})\n"
                          "h_t = h_{t-1} + dt v_t",
             .source = "Rusch & Mishra (2021), arXiv:2010.00951, equation 3 with explicit damping",
             .config_size = sizeof(co_rnn_config), .options = options},
    .plan = plan,
};
