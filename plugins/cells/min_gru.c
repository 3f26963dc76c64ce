/* minGRU (Feng, Tung, Ahmed, Bengio & Hajimirsadeghi 2024, arXiv:2410.01201, section 3.1): a GRU whose
 * gate and candidate do not see the step before, so that there is no recurrent product.
 *
 *     z_t = sigmoid(x_t W_z + b_z)
 *     n_t = x_t W_n + b_n
 *     h_t = (1 - z_t) * h_{t-1} + z_t * n_t
 *
 * Back:  dn = dh z    dz = dh (n - h_{t-1}) z (1-z)    dh_{t-1} += dh (1 - z)
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { UPDATE, CANDIDATE };

static const rondo_option options[] = {RONDO_OPTIONS_END};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        const rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            z[u] = rondo_sigmoid(z[u]);
            h[u] = (1 - z[u]) * before[u] + z[u] * n[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            rondo_real update = z[u];
            d_before[u] += dh[u] * (1 - update);
            z[u] = dh[u] * (n[u] - before[u]) * rondo_sigmoid_slope(update);
            n[u] = dh[u] * update;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    (void)config;
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_NONE;
    stage->gate_count = 2;
    stage->gates[UPDATE].name = "update_gate";
    stage->gates[CANDIDATE].name = "candidate";
    stage->forward = forward;
    stage->backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_min_gru;
const rondo_cell rondo_plugin_min_gru = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "min_gru",
             .summary = "GRU without recurrent products: gate and candidate see only the input",
             .equations = "z_t = sigmoid(x_t W_z + b_z)\n"
                          "n_t = x_t W_n + b_n\n"
                          "h_t = (1 - z_t) * h_{t-1} + z_t * n_t",
             .source = "Feng, Tung, Ahmed, Bengio & Hajimirsadeghi (2024), arXiv:2410.01201, "
                       "section 3.1",
             .options = options},
    .plan = plan,
};
