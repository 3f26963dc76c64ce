/* FastGRNN (Kusupati, Singh, Bhatia, Kumar, Jain & Varma 2018, arXiv:1901.02358, section 3.2): a
 * gated unit whose gate and candidate share one product of the input and one of the state.
 *
 *     a_t = x_t W + h_{t-1} U
 *     z_t = sigmoid(a_t + b_z)                              gate
 *     n_t = tanh(a_t + b_n)                                 candidate
 *     h_t = (sigmoid(zeta) * (1 - z_t) + sigmoid(nu)) * n_t + z_t * h_{t-1}
 *
 * The tape holds z and n, then dz, dn and each unit's share in ds and dv. W and U have full rank
 * here.
 *
 * Back:
 *
 *     dz = dh (h_{t-1} - s n) z (1-z)    dn = dh (s (1 - z) + v) (1-n)(1+n)    da = dz + dn    dh_{t-1} += dh z
 *     db_z = sum dz    db_n = sum dn    ds = sum dh n (1 - z)    dv = sum dh n
 *     with s = sigmoid(zeta), v = sigmoid(nu): dzeta = ds s (1-s), dnu = dv v (1-v)
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { GATE, CANDIDATE, ZETA, NU }; /* unit parameters, and the tape */

typedef struct fast_grnn_config {
    double zeta;
    double nu;
} fast_grnn_config;

static const rondo_option options[] = {
    RONDO_REAL(fast_grnn_config, zeta, 1.0, -100.0, 100.0, 0, "initial value of zeta"),
    RONDO_REAL(fast_grnn_config, nu, -4.0, -100.0, 100.0, 0, "initial value of nu"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    const rondo_real *b_z = tile->unit_parameters[GATE], *b_n = tile->unit_parameters[CANDIDATE];
    rondo_real s = rondo_sigmoid(*tile->unit_parameters[ZETA]),
               v = rondo_sigmoid(*tile->unit_parameters[NU]);
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *a = rondo_tile_gate(tile, row, 0);
        rondo_real *z = rondo_tile_tape(tile, row, GATE);
        rondo_real *n = rondo_tile_tape(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            z[u] = rondo_sigmoid(a[u] + b_z[u]);
            n[u] = rondo_tanh(a[u] + b_n[u]);
            h[u] = (s * (1 - z[u]) + v) * n[u] + z[u] * before[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    rondo_real s = rondo_sigmoid(*tile->unit_parameters[ZETA]),
               v = rondo_sigmoid(*tile->unit_parameters[NU]);
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *a = rondo_tile_gate(tile, row, 0);
        rondo_real *z = rondo_tile_tape(tile, row, GATE);
        rondo_real *n = rondo_tile_tape(tile, row, CANDIDATE);
        rondo_real *ds = rondo_tile_tape(tile, row, ZETA);
        rondo_real *dv = rondo_tile_tape(tile, row, NU);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real gate = z[u], candidate = n[u];
            dv[u] = dh[u] * candidate;
            ds[u] = dv[u] * (1 - gate);
            z[u] = dh[u] * (before[u] - s * candidate) * rondo_sigmoid_slope(gate);
            n[u] = dh[u] * (s * (1 - gate) + v) * rondo_tanh_slope(candidate);
            a[u] = z[u] + n[u];
            d_before[u] += dh[u] * gate;
        }
    }
}

RONDO_INLINE void add_row(rondo_real *sum, const rondo_real *row, int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++)
        sum[u] += row[u];
}

RONDO_INLINE rondo_real total_of(const rondo_real *row, int64_t units)
{
    double lanes[RONDO_LANES] = {0};
    for (int64_t u = 0; u < units; u++)
        lanes[u % RONDO_LANES] += (double)row[u];
    return (rondo_real)rondo_lanes_total(lanes);
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    rondo_real s = rondo_sigmoid(*tile->unit_parameters[ZETA]),
               v = rondo_sigmoid(*tile->unit_parameters[NU]);
    for (int64_t row = 0; row < tile->rows; row++) {
        add_row(d_unit_parameters[GATE], rondo_tile_tape(tile, row, GATE), tile->units);
        add_row(d_unit_parameters[CANDIDATE], rondo_tile_tape(tile, row, CANDIDATE), tile->units);
        *d_unit_parameters[ZETA] +=
            total_of(rondo_tile_tape(tile, row, ZETA), tile->units) * rondo_sigmoid_slope(s);
        *d_unit_parameters[NU] +=
            total_of(rondo_tile_tape(tile, row, NU), tile->units) * rondo_sigmoid_slope(v);
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const fast_grnn_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->tape_count = 4;
    plan->stage_count = 1;
    plan->stages[0] =
        (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                           .gate_count = 1,
                           .gates = {{.name = "content", .flags = RONDO_GATE_NO_BIAS}},
                           .forward = forward,
                           .backward = backward};
    plan->unit_parameter_count = 4;
    plan->unit_parameters[GATE] = (rondo_cell_unit_parameter){.name = "gate_bias", .start = 1};
    plan->unit_parameters[CANDIDATE] =
        (rondo_cell_unit_parameter){.name = "candidate_bias", .start = 1};
    plan->unit_parameters[ZETA] = (rondo_cell_unit_parameter){
        .name = "zeta", .start = c->zeta, .flags = RONDO_PARAMETER_SHARED};
    plan->unit_parameters[NU] =
        (rondo_cell_unit_parameter){.name = "nu", .start = c->nu, .flags = RONDO_PARAMETER_SHARED};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_fast_grnn;
const rondo_cell rondo_plugin_fast_grnn = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "fast_grnn",
         .summary = "gated unit with one product for gate and candidate (FastGRNN)",
         .equations = "a_t = x_t W + h_{t-1} U\n"
                      "z_t = sigmoid(a_t + b_z)                              gate\n"
                      "n_t = tanh(a_t + b_n)                                 candidate\n"
                      "h_t = (sigmoid(zeta) * (1 - z_t) + sigmoid(nu)) * n_t + z_t * h_{t-1}",
         .source =
             "Kusupati, Singh, Bhatia, Kumar, Jain & Varma (2018), arXiv:1901.02358, section 3.2",
         .config_size = sizeof(fast_grnn_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
