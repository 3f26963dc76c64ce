/* The simplified gated recurrent unit of the lecture notes, section 1.9: an update gate alone.
 *
 *     G_u = sigmoid(x_t W_u + b_u + c_{t-1} U_u)            update gate
 *     c~  = tanh(x_t W_c + b_c + c_{t-1} U_c)               candidate
 *     c_t = G_u * c~ + (1 - G_u) * c_{t-1}
 *
 * The notes write W_u [c_{t-1}, x_t] for x_t W_u + c_{t-1} U_u, and a_t = c_t for the activation
 * that is given out: here the one state, `hidden`. G_u = 1 takes the candidate, G_u = 0 keeps the
 * memory: the update gate z of plugins/cells/gru.c is 1 - G_u. With G_u as its transform gate this
 * is also the recurrent highway network of depth 1 (Zilly et al. 2017, arXiv:1607.03474, equations
 * 6 to 9 with c = 1 - t).
 *
 * Back:
 *
 *     dG_u = dc (c~ - c_{t-1}) G_u (1 - G_u)    dc~ = dc G_u (1 - c~)(1 + c~)
 *     dc_{t-1} += dc (1 - G_u)                  and, by the host, dG_u U_u^T + dc~ U_c^T
 *
 * The gate blocks hold G_u and c~ between forward and backward; there is no tape.
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { UPDATE, CANDIDATE };

typedef struct gru_simplified_config {
    double update_bias;
} gru_simplified_config;

static const rondo_option options[] = {
    RONDO_REAL(gru_simplified_config, update_bias, 0.0, -100.0, 100.0, 0,
               "initial bias of the update gate; below 0, memory is kept longer"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *update = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *candidate = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *c = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            update[u] = rondo_sigmoid(update[u]);
            candidate[u] = rondo_tanh(candidate[u]);
            c[u] = update[u] * candidate[u] + (1 - update[u]) * before[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *update = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *candidate = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dc = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            rondo_real d_update =
                dc[u] * (candidate[u] - before[u]) * rondo_sigmoid_slope(update[u]);
            d_before[u] += dc[u] * (1 - update[u]);
            candidate[u] = dc[u] * update[u] * rondo_tanh_slope(candidate[u]);
            update[u] = d_update;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const gru_simplified_config *c = config;
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_STATE(0);
    stage->gate_count = 2;
    stage->gates[UPDATE].name = "update_gate";
    stage->gates[UPDATE].bias = c->update_bias;
    stage->gates[CANDIDATE].name = "candidate";
    stage->forward = forward;
    stage->backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_gru_simplified;
const rondo_cell rondo_plugin_gru_simplified = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "gru_simplified",
             .summary = "gated recurrent unit with only an update gate",
             .equations = "G_u = sigmoid(x_t W_u + b_u + c_{t-1} U_u)\n"
                          "c~ = tanh(x_t W_c + b_c + c_{t-1} U_c)\n"
                          "c_t = G_u * c~ + (1 - G_u) * c_{t-1}",
             .source = "Ng, Sequence Models (deeplearning.ai), week 1, GRU (simplified); also the "
                       "recurrent highway network of depth 1, Zilly et al. (2017), "
                       "arXiv:1607.03474, equations 6 to 9",
             .config_size = sizeof(gru_simplified_config), .options = options},
    .plan = plan,
};
