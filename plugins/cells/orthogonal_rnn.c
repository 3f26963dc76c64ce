/* Simple recurrent network with orthogonal recurrent weights, scoRNN (Helfrich, Willmott & Ye 2018,
 * arXiv:1707.09520): U stays orthogonal, so that neither states nor gradients grow or fade on their way
 * through the product.
 *
 *     z_t = x_t W + h_{t-1} U
 *     h_t = sign(z_t) max(|z_t| + b, 0)      modReLU (Arjovsky, Shah & Bengio 2016), b of each unit
 *
 * U' = (I + A)^-1 (I - A) D, the Cayley transform of an antisymmetric A, of which the numbers above the
 * diagonal are what is trained; D is -1 for a share `negative` of the units, else +1, and is chosen once
 * (the paper's rho, in units). The host computes U and A's gradient, once an update. A starts with blocks
 * [0 s; -s 0], so that U's eigenvalues begin as rotations.
 *
 * Back:
 *
 *     dz = dh where h is not 0      db = sum dz sign(z)      sign(z) = sign(h)
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

typedef struct orthogonal_config {
    double negative;
} orthogonal_config;

static const rondo_option options[] = {
    RONDO_REAL(orthogonal_config, negative, 0.5, 0.0, 1.0, 0,
               "share of the units whose sign in D is -1"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    const rondo_real *b = tile->unit_parameters[0];
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *z = rondo_tile_gate(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real size = (z[u] < 0 ? -z[u] : z[u]) + b[u];
            rondo_real signed_size = z[u] < 0 ? -size : z[u] > 0 ? size : 0;
            h[u] = size > 0 ? signed_size : 0;
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *h = rondo_tile_state(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *dz = rondo_tile_gate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++)
            dz[u] = h[u] < 0 || h[u] > 0 ? dh[u] : 0;
    }
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    rondo_real *db = d_unit_parameters[0];
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *h = rondo_tile_state(tile, row, 0);
        const rondo_real *dz = rondo_tile_gate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++)
            db[u] += h[u] < 0 ? -dz[u] : dz[u];
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const orthogonal_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                                         .gate_count = 1,
                                         .gates = {{.name = "hidden",
                                                    .flags = RONDO_GATE_NO_BIAS,
                                                    .form = RONDO_FORM_ORTHOGONAL,
                                                    .form_share = c->negative}},
                                         .forward = forward,
                                         .backward = backward};
    plan->unit_parameter_count = 1;
    plan->unit_parameters[0] = (rondo_cell_unit_parameter){.name = "threshold", .spread = 0.01};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_orthogonal_rnn;
const rondo_cell rondo_plugin_orthogonal_rnn = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "orthogonal_rnn",
             .summary = "recurrent network whose recurrent weights stay orthogonal (scoRNN)",
             .equations = "z_t = x_t W + h_{t-1} U      U' = (I + A)^-1 (I - A) D, A = -A'\n"
                          "h_t = sign(z_t) max(|z_t| + b, 0)      b: threshold",
             .source = "Helfrich, Willmott & Ye (2018), arXiv:1707.09520; modReLU "
                       "Arjovsky, Shah & Bengio (2016), arXiv:1511.06464",
             .config_size = sizeof(orthogonal_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
