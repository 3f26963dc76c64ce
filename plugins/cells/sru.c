/* Simple recurrent unit (Lei, Zhang, Wang, Dai & Artzi 2018, arXiv:1709.02755, equations 1 to 4): no
 * recurrent product, and a highway past the cell.
 *
 *     f_t = sigmoid(x_t W_f + b_f + v_f * c_{t-1})
 *     c_t = f_t * c_{t-1} + (1 - f_t) * (x_t W)
 *     r_t = sigmoid(x_t W_r + b_r + v_r * c_{t-1})
 *     h_t = r_t * c_t + (1 - r_t) * x_t
 *
 * The highway needs an input as wide as the layer; with `projection` it is x_t W_p instead of x_t. Back,
 * with y what passes on the highway and n = x_t W:
 *
 *     dr = dh (c_t - y) r (1-r)      dy = dh (1 - r)      dc = dc_t + dh r
 *     df = dc (c_{t-1} - n) f (1-f)  dn = dc (1 - f)      dc_{t-1} += dc f + df v_f + dr v_r
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL };
enum { FORGET, RESET, CANDIDATE, HIGHWAY };

typedef struct sru_config {
    bool projection;
    double reset_bias;
} sru_config;

static const rondo_option options[] = {
    RONDO_BOOLEAN(
        sru_config, projection, 1,
        "the highway has weights of its own; without them the input must be as wide as the "
        "layer"),
    RONDO_REAL(sru_config, reset_bias, 0.0, -100.0, 100.0, 0,
               "initial bias of the reset gate; below 0, the highway is wider open"),
    RONDO_OPTIONS_END,
};

RONDO_INLINE const rondo_real *highway_of(const sru_config *config, const rondo_cell_tile *tile,
                                          int64_t row)
{
    return config->projection ? rondo_tile_gate(tile, row, HIGHWAY) : rondo_tile_input(tile, row);
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const rondo_real *v_f = tile->unit_parameters[0], *v_r = tile->unit_parameters[1];
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *f = rondo_tile_gate(tile, row, FORGET), *r = rondo_tile_gate(tile, row, RESET);
        const rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *y = highway_of(config, tile, row);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        rondo_real *c = rondo_tile_state(tile, row, CELL), *h = rondo_tile_state(tile, row, HIDDEN);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            f[u] = rondo_sigmoid(f[u] + v_f[u] * before[u]);
            r[u] = rondo_sigmoid(r[u] + v_r[u] * before[u]);
            c[u] = f[u] * before[u] + (1 - f[u]) * n[u];
            h[u] = r[u] * c[u] + (1 - r[u]) * y[u];
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const sru_config *options_of = config;
    const rondo_real *v_f = tile->unit_parameters[0], *v_r = tile->unit_parameters[1];
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *f = rondo_tile_gate(tile, row, FORGET), *r = rondo_tile_gate(tile, row, RESET);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        const rondo_real *y = highway_of(config, tile, row);
        const rondo_real *c = rondo_tile_state(tile, row, CELL);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
        rondo_real *dc_before = rondo_tile_d_previous(tile, row, CELL);
        rondo_real *d_projected =
            options_of->projection ? rondo_tile_gate(tile, row, HIGHWAY) : NULL;
        rondo_real *d_input = options_of->projection ? NULL : rondo_tile_d_input(tile, row);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dc = dc_in[u] + dh[u] * r[u], dy = dh[u] * (1 - r[u]);
            rondo_real dr = dh[u] * (c[u] - y[u]) * rondo_sigmoid_slope(r[u]);
            rondo_real df = dc * (before[u] - n[u]) * rondo_sigmoid_slope(f[u]);
            n[u] = dc * (1 - f[u]);
            dc_before[u] += dc * f[u] + df * v_f[u] + dr * v_r[u];
            f[u] = df;
            r[u] = dr;
            if (d_projected)
                d_projected[u] = dy;
            else
                d_input[u] += dy;
        }
    }
}

/* dv_f = sum df c_{t-1}, dv_r = sum dr c_{t-1} */
RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    rondo_real *sum_f = d_unit_parameters[0], *sum_r = d_unit_parameters[1];
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *df = rondo_tile_gate(tile, row, FORGET);
        const rondo_real *dr = rondo_tile_gate(tile, row, RESET);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            sum_f[u] += df[u] * before[u];
            sum_r[u] += dr[u] * before[u];
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const sru_config *c = config;
    static const char *const gates[] = {"forget_gate", "reset_gate", "candidate", "highway"};
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_NONE;
    stage->gate_count = c->projection ? 4 : 3;
    for (int32_t g = 0; g < stage->gate_count; g++) {
        stage->gates[g].name = gates[g];
        stage->gates[g].flags = g < CANDIDATE ? 0 : RONDO_GATE_NO_BIAS;
    }
    stage->gates[RESET].bias = c->reset_bias;
    stage->forward = forward;
    stage->backward = backward;
    plan->unit_parameter_count = 2;
    plan->unit_parameters[0] = (rondo_cell_unit_parameter){.name = "forget_vector", .spread = 0.1};
    plan->unit_parameters[1] = (rondo_cell_unit_parameter){.name = "reset_vector", .spread = 0.1};
    plan->whole_rows = plan->wants_input = plan->needs_equal_widths = !c->projection;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_sru;
const rondo_cell rondo_plugin_sru = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "sru",
             .summary =
                 "simple recurrent unit: no recurrent product, and a highway around the cell",
             .equations = "f_t = sigmoid(x_t W_f + b_f + v_f * c_{t-1})\n"
                          "c_t = f_t * c_{t-1} + (1 - f_t) * (x_t W)\n"
                          "r_t = sigmoid(x_t W_r + b_r + v_r * c_{t-1})\n"
                          "h_t = r_t * c_t + (1 - r_t) * y_t\n"
                          "y_t = x_t W_p with projection, x_t without",
             .source = "Lei, Zhang, Wang, Dai & Artzi (2018), arXiv:1709.02755, equations 1 to 4",
             .config_size = sizeof(sru_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
