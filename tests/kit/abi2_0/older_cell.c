/* A cell as plugins were written for revision 0 of version 2, whose headers are in include/. What lies
 * behind its struct is not the host's to read.
 *
 *     z = sigmoid(a_z + p * h_{t-1})    g = tanh(a_g)    h = z * h_{t-1} + (1 - z) * g
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

typedef struct older_config {
    double update_bias;
    bool has_bias;
} older_config;

static const rondo_option options[] = {
    RONDO_REAL(older_config, update_bias, 1.0, -100.0, 100.0, 0, "initial bias of the update gate"),
    RONDO_BOOLEAN(older_config, has_bias, 1, "whether the candidate has a bias"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        rondo_real *z = rondo_tile_gate(tile, r, 0), *g = rondo_tile_gate(tile, r, 1);
        rondo_real *h = rondo_tile_state(tile, r, 0);
        const rondo_real *before = rondo_tile_previous(tile, r, 0), *p = tile->unit_parameters[0];
        for (int64_t u = 0; u < tile->units; u++) {
            z[u] = rondo_sigmoid(z[u] + p[u] * before[u]);
            g[u] = rondo_tanh(g[u]);
            h[u] = z[u] * before[u] + (1 - z[u]) * g[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        rondo_real *z = rondo_tile_gate(tile, r, 0), *g = rondo_tile_gate(tile, r, 1);
        rondo_real *d_before = rondo_tile_d_previous(tile, r, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, r, 0), *p = tile->unit_parameters[0];
        const rondo_real *before = rondo_tile_previous(tile, r, 0);
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real gate = z[u], candidate = g[u];
            g[u] = dh[u] * (1 - gate) * rondo_tanh_slope(candidate);
            z[u] = dh[u] * (before[u] - candidate) * rondo_sigmoid_slope(gate);
            d_before[u] += dh[u] * gate + z[u] * p[u];
        }
    }
}

static void unit_parameter_gradient(const void *config, const rondo_cell_tile *tile,
                                    rondo_real *const *d_unit_parameters)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *z = rondo_tile_gate(tile, r, 0),
                         *before = rondo_tile_previous(tile, r, 0);
        for (int64_t u = 0; u < tile->units; u++)
            d_unit_parameters[0][u] += z[u] * before[u];
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const older_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->stage_count = 1;
    plan->stages[0].source = RONDO_SOURCE_STATE(0);
    plan->stages[0].gate_count = 2;
    plan->stages[0].gates[0].name = "update_gate";
    plan->stages[0].gates[0].bias = c->update_bias;
    plan->stages[0].gates[1].name = "candidate";
    plan->stages[0].gates[1].flags = c->has_bias ? 0 : RONDO_GATE_NO_BIAS;
    plan->stages[0].forward = forward;
    plan->stages[0].backward = backward;
    plan->unit_parameter_count = 1;
    plan->unit_parameters[0].name = "peephole";
}

typedef struct cell_and_more {
    rondo_cell cell;
    const char *behind;
} cell_and_more;

RONDO_PLUGIN_EXPORT extern const cell_and_more rondo_plugin_older_cell;
const cell_and_more rondo_plugin_older_cell = {
    .cell = {.head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "older_cell",
                      .summary = "a test", .equations = "h = z h + (1 - z) g",
                      .source = "tests/kit/abi2_0", .config_size = sizeof(older_config),
                      .options = options},
             .plan = plan,
             .unit_parameter_gradient = unit_parameter_gradient},
    .behind = "nobody's"};
