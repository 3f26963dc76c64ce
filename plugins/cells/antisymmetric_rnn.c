/* AntisymmetricRNN (Chang, Chen, Haber & Chi 2019, arXiv:1902.09689, equations 9 and 14): a step of a
 * stable ordinary differential equation. Recurrent weights are antisymmetric, M = A - A', so that the
 * eigenvalues of M - gamma I have no positive real part.
 *
 *     n_t = tanh(x_t W + b + h_{t-1} M - gamma h_{t-1})
 *     h_t = h_{t-1} + step * n_t
 *
 * gated:   z_t = sigmoid(x_t W_z + b_z + h_{t-1} M - gamma h_{t-1})
 *          h_t = h_{t-1} + step * z_t * n_t
 *
 * Both of the gated form read one M. Its product is therefore that of a single block, kept separate. Back:
 *
 *     dn = dh step z (1-n)(1+n)     dz = dh step n z (1-z)     s = dn + dz: what arrives at h M
 *     dh_{t-1} += dh - gamma s      [+ s M', the host]
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

typedef struct antisymmetric_config {
    bool gated;
    double step;
    double gamma;
} antisymmetric_config;

static const rondo_option options[] = {
    RONDO_BOOLEAN(antisymmetric_config, gated, 0, "gate what is added"),
    RONDO_REAL(antisymmetric_config, step, 0.01, 0, 10, RONDO_OPEN_LOW,
               "step size, epsilon in the paper"),
    RONDO_REAL(antisymmetric_config, gamma, 0.01, 0, 10, 0, "diffusion coefficient"),
    RONDO_OPTIONS_END,
};

/* Rows of a tile: what the input gives, and the product h M. */
typedef struct antisymmetric_row {
    rondo_real *z, *n, *product; /* z: NULL without gate */
} antisymmetric_row;

RONDO_INLINE antisymmetric_row row_of(const antisymmetric_config *config,
                                      const rondo_cell_tile *tile, int64_t row)
{
    return (antisymmetric_row){
        .z = config->gated ? rondo_tile_gate(tile, row, 0) : NULL,
        .n = rondo_tile_gate(tile, row, config->gated ? 1 : 0),
        .product = rondo_tile_separate(tile, row, 0),
    };
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const antisymmetric_config *c = config;
    rondo_real step = (rondo_real)c->step, gamma = (rondo_real)c->gamma;
    bool is_gated = c->gated;
    for (int64_t row = 0; row < tile->rows; row++) {
        antisymmetric_row at = row_of(c, tile, row);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
        rondo_real *z = at.z, *n = at.n;
        const rondo_real *product = at.product;
        if (is_gated) {
#pragma omp simd
            for (int64_t u = 0; u < tile->units; u++)
                z[u] = rondo_sigmoid(z[u] + product[u] - gamma * before[u]);
        }
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            n[u] = rondo_tanh(n[u] + product[u] - gamma * before[u]);
            h[u] = before[u] + step * (is_gated ? z[u] * n[u] : n[u]);
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const antisymmetric_config *c = config;
    rondo_real step = (rondo_real)c->step, gamma = (rondo_real)c->gamma;
    bool is_gated = c->gated;
    for (int64_t row = 0; row < tile->rows; row++) {
        antisymmetric_row at = row_of(c, tile, row);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
        rondo_real *z = at.z, *n = at.n, *product = at.product;
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real gate = is_gated ? z[u] : 1, candidate = n[u];
            rondo_real d_gate = is_gated ? dh[u] * step * candidate * rondo_sigmoid_slope(gate) : 0;
            n[u] = dh[u] * step * gate * rondo_tanh_slope(candidate);
            product[u] = n[u] + d_gate;
            d_before[u] += dh[u] - gamma * product[u];
            if (is_gated) z[u] = d_gate;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const antisymmetric_config *c = config;
    rondo_cell_stage *fed = &plan->stages[0], *last = &plan->stages[c->gated ? 1 : 0];
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = c->gated ? 2 : 1;
    if (c->gated) {
        fed->source = RONDO_SOURCE_NONE;
        fed->gate_count = 1;
        fed->gates[0].name = "update_gate";
        fed->forward = fed->backward = rondo_cell_no_work;
    }
    last->source = RONDO_SOURCE_STATE(0);
    last->gate_count = last->separate_count = 1;
    last->gates[0].name = "candidate";
    last->gates[0].form = RONDO_FORM_ANTISYMMETRIC;
    last->gates[0].flags = RONDO_GATE_NO_RECURRENT_BIAS;
    last->forward = forward;
    last->backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_antisymmetric_rnn;
const rondo_cell rondo_plugin_antisymmetric_rnn = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "antisymmetric_rnn",
             .summary = "steps of a stable differential equation: antisymmetric recurrent weights",
             .equations = "n_t = tanh(x_t W + b + h_{t-1} M - gamma h_{t-1})\n"
                          "h_t = h_{t-1} + step * n_t\n"
                          "gated: h_t = h_{t-1} + step * z_t * n_t\n"
                          "z_t = sigmoid(x_t W_z + b_z + h_{t-1} M - gamma h_{t-1})\n"
                          "M = A - A'",
             .source = "Chang, Chen, Haber & Chi (2019), arXiv:1902.09689, equations 9 and 14",
             .config_size = sizeof(antisymmetric_config), .options = options},
    .plan = plan,
};
