/* MUT1, the first of the best architectures found by mutation (Jozefowicz, Zaremba & Sutskever
 * 2015, section 3.6): a GRU whose update gate sees only the input, and whose candidate takes tanh
 * of the input itself.
 *
 *     z_t = sigmoid(x_t W_z + b_z)                          update gate
 *     r_t = sigmoid(x_t W_r + b_r + h_{t-1} U_r)            reset gate
 *     n_t = tanh((r_t * h_{t-1}) U_n + tanh(y_t) + b_n)     candidate
 *     h_t = n_t * z_t + h_{t-1} * (1 - z_t)
 *     y_t = x_t W_y with projection, x_t without
 *
 * Back:
 *
 *     dn = dh z (1-n)(1+n)    dz = dh (n - h_{t-1}) z (1-z)    dy = dn (1-e)(1+e), e = tanh(y)
 *     d(r h) = dn U_n^T (the host)    dr = d(r h) h_{t-1} r (1-r)
 *     dh_{t-1} += dh (1 - z) + d(r h) r
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { RESET, CANDIDATE, UPDATE, PROJECTED };

typedef struct mut1_config {
    bool projection;
} mut1_config;

static const rondo_option options[] = {
    RONDO_BOOLEAN(mut1_config, projection, 1,
                  "the input has weights of its own in the candidate; without them it must be as "
                  "wide as the layer"),
    RONDO_OPTIONS_END,
};

RONDO_VECTORISED static void reset_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RESET);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *reset_hidden = rondo_tile_intermediate(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            r[u] = rondo_sigmoid(r[u]);
            reset_hidden[u] = r[u] * before[u];
        }
    }
}

RONDO_INLINE void add_to_input(const rondo_cell_tile *tile, int64_t row, const rondo_real *d)
{
    rondo_real *dx = rondo_tile_d_input(tile, row);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++)
        dx[u] += d[u];
}

/* Where e = tanh(y) lies until backward makes it dy. */
RONDO_INLINE rondo_real *squashed_of(const mut1_config *config, const rondo_cell_tile *tile,
                                     int64_t row)
{
    return config->projection ? rondo_tile_gate(tile, row, PROJECTED)
                              : rondo_tile_tape(tile, row, 0);
}

RONDO_VECTORISED static void candidate_forward(const void *config, const rondo_cell_tile *tile)
{
    const mut1_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *e = squashed_of(c, tile, row);
        const rondo_real *y = c->projection ? e : rondo_tile_input(tile, row);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        rondo_real *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            z[u] = rondo_sigmoid(z[u]);
            e[u] = rondo_tanh(y[u]);
            n[u] = rondo_tanh(n[u] + e[u]);
            h[u] = n[u] * z[u] + before[u] * (1 - z[u]);
        }
    }
}

RONDO_VECTORISED static void candidate_backward(const void *config, const rondo_cell_tile *tile)
{
    const mut1_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *z = rondo_tile_gate(tile, row, UPDATE);
        rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *e = squashed_of(c, tile, row);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real dz = dh[u] * (n[u] - before[u]) * rondo_sigmoid_slope(z[u]);
            d_before[u] += dh[u] * (1 - z[u]);
            n[u] = dh[u] * z[u] * rondo_tanh_slope(n[u]);
            e[u] = n[u] * rondo_tanh_slope(e[u]);
            z[u] = dz;
        }
        if (!c->projection) add_to_input(tile, row, e);
    }
}

RONDO_VECTORISED static void reset_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *r = rondo_tile_gate(tile, row, RESET);
        const rondo_real *before = rondo_tile_previous(tile, row, 0);
        const rondo_real *d_reset = rondo_tile_d_intermediate(tile, row, 0);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            d_before[u] += d_reset[u] * r[u];
            r[u] = d_reset[u] * before[u] * rondo_sigmoid_slope(r[u]);
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const mut1_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->intermediate_count = 1;
    plan->intermediates[0] = "reset_hidden";
    plan->tape_count = c->projection ? 0 : 1;
    plan->stage_count = 3;
    plan->stages[0] = (rondo_cell_stage){.source = RONDO_SOURCE_STATE(0),
                                         .gate_count = 1,
                                         .gates = {{.name = "reset_gate"}},
                                         .forward = reset_forward,
                                         .backward = reset_backward};
    plan->stages[1] =
        (rondo_cell_stage){.source = RONDO_SOURCE_INTERMEDIATE(0),
                           .gate_count = 1,
                           .gates = {{.name = "candidate", .flags = RONDO_GATE_NO_INPUT}},
                           .forward = rondo_cell_no_work,
                           .backward = rondo_cell_no_work};
    plan->stages[2] =
        (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                           .gate_count = c->projection ? 2 : 1,
                           .gates = {{.name = "update_gate"},
                                     {.name = "projected_input", .flags = RONDO_GATE_NO_BIAS}},
                           .forward = candidate_forward,
                           .backward = candidate_backward};
    plan->whole_rows = plan->wants_input = plan->needs_equal_widths = !c->projection;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_mut1;
const rondo_cell rondo_plugin_mut1 = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "mut1",
             .summary =
                 "gated recurrent unit with the input itself in the candidate, found by mutation",
             .equations = "z_t = sigmoid(x_t W_z + b_z)                          update gate\n"
                          "r_t = sigmoid(x_t W_r + b_r + h_{t-1} U_r)            reset gate\n"
                          "n_t = tanh((r_t * h_{t-1}) U_n + tanh(y_t) + b_n)     candidate\n"
                          "h_t = n_t * z_t + h_{t-1} * (1 - z_t)\n"
                          "y_t = x_t W_y with projection, x_t without",
             .source = "Jozefowicz, Zaremba & Sutskever (2015), An empirical exploration of "
                       "recurrent network architectures, section 3.6, MUT1",
             .config_size = sizeof(mut1_config), .options = options},
    .plan = plan,
};
