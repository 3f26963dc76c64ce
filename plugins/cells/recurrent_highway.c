/* Recurrent highway network (Zilly, Srivastava, Koutnik & Schmidhuber 2016, arXiv:1607.03474,
 * equations 6 to 9): between two time steps the state passes through several highway layers; the
 * first of them sees the input.
 *
 *     s_0 = h_{t-1}, and for l = 1 .. depth, the input only where l = 1:
 *     n_l = tanh(x_t W_n + b_nl + s_{l-1} U_nl)             candidate
 *     t_l = sigmoid(x_t W_t + b_tl + s_{l-1} U_tl)          transform gate
 *     c_l = sigmoid(x_t W_c + b_cl + s_{l-1} U_cl)          carry gate; coupled: c_l = 1 - t_l
 *     s_l = n_l * t_l + s_{l-1} * c_l
 *     h_t = s_depth
 *
 * Back:
 *
 *     dn = ds t (1-n)(1+n)
 *     coupled      dt = ds (n - s_{l-1}) t (1-t)                           ds_{l-1} += ds (1 - t)
 *     uncoupled    dt = ds n t (1-t)    dc = ds s_{l-1} c (1-c)            ds_{l-1} += ds c
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

typedef struct recurrent_highway_config {
    int64_t depth;
    bool coupled;
    double transform_bias;
} recurrent_highway_config;

static const rondo_option options[] = {
    RONDO_INTEGER(recurrent_highway_config, depth, 3, 1, 10,
                  "highway layers between two time steps"),
    RONDO_BOOLEAN(recurrent_highway_config, coupled, 1,
                  "the carry gate is 1 minus the transform gate"),
    RONDO_REAL(recurrent_highway_config, transform_bias, -2.0, -100.0, 100.0, 0,
               "initial bias of the transform gates; below 0, states are kept longer"),
    RONDO_OPTIONS_END,
};

/* Of the layer that is this stage: its gates, the state it starts from and the state it makes. */
typedef struct layer_view {
    rondo_real *n, *t, *carry; /* carry: NULL where coupled */
    const rondo_real *before;
    rondo_real *after;      /* forward */
    const rondo_real *d_in; /* backward */
    rondo_real *d_before;
} layer_view;

RONDO_INLINE layer_view view_of(const recurrent_highway_config *c, const rondo_cell_tile *tile,
                                int64_t row)
{
    int64_t stage = tile->stage, gates = c->coupled ? 2 : 3;
    bool is_first = stage == 0, is_last = stage == c->depth - 1;
    return (layer_view){
        .n = rondo_tile_gate(tile, row, stage * gates),
        .t = rondo_tile_gate(tile, row, stage * gates + 1),
        .carry = c->coupled ? NULL : rondo_tile_gate(tile, row, stage * gates + 2),
        .before = is_first ? rondo_tile_previous(tile, row, 0)
                           : rondo_tile_intermediate(tile, row, stage - 1),
        .after =
            is_last ? rondo_tile_state(tile, row, 0) : rondo_tile_intermediate(tile, row, stage),
    };
}

RONDO_INLINE layer_view backward_view_of(const recurrent_highway_config *c,
                                         const rondo_cell_tile *tile, int64_t row)
{
    int64_t stage = tile->stage;
    bool is_first = stage == 0, is_last = stage == c->depth - 1;
    layer_view v = view_of(c, tile, row);
    v.d_in =
        is_last ? rondo_tile_d_state(tile, row, 0) : rondo_tile_d_intermediate(tile, row, stage);
    v.d_before = is_first ? rondo_tile_d_previous(tile, row, 0)
                          : rondo_tile_d_intermediate(tile, row, stage - 1);
    return v;
}

RONDO_INLINE void coupled_forward(layer_view v, int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        v.n[u] = rondo_tanh(v.n[u]);
        v.t[u] = rondo_sigmoid(v.t[u]);
        v.after[u] = v.n[u] * v.t[u] + v.before[u] * (1 - v.t[u]);
    }
}

RONDO_INLINE void uncoupled_forward(layer_view v, int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        v.n[u] = rondo_tanh(v.n[u]);
        v.t[u] = rondo_sigmoid(v.t[u]);
        v.carry[u] = rondo_sigmoid(v.carry[u]);
        v.after[u] = v.n[u] * v.t[u] + v.before[u] * v.carry[u];
    }
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const recurrent_highway_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        if (c->coupled)
            coupled_forward(view_of(c, tile, row), tile->units);
        else
            uncoupled_forward(view_of(c, tile, row), tile->units);
    }
}

RONDO_INLINE void coupled_backward(layer_view v, int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        rondo_real dt = v.d_in[u] * (v.n[u] - v.before[u]) * rondo_sigmoid_slope(v.t[u]);
        v.d_before[u] += v.d_in[u] * (1 - v.t[u]);
        v.n[u] = v.d_in[u] * v.t[u] * rondo_tanh_slope(v.n[u]);
        v.t[u] = dt;
    }
}

RONDO_INLINE void uncoupled_backward(layer_view v, int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        rondo_real dt = v.d_in[u] * v.n[u] * rondo_sigmoid_slope(v.t[u]);
        v.d_before[u] += v.d_in[u] * v.carry[u];
        v.n[u] = v.d_in[u] * v.t[u] * rondo_tanh_slope(v.n[u]);
        v.carry[u] = v.d_in[u] * v.before[u] * rondo_sigmoid_slope(v.carry[u]);
        v.t[u] = dt;
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const recurrent_highway_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        if (c->coupled)
            coupled_backward(backward_view_of(c, tile, row), tile->units);
        else
            uncoupled_backward(backward_view_of(c, tile, row), tile->units);
    }
}

static void name_gates(const recurrent_highway_config *c, rondo_cell_stage *stage, int32_t layer)
{
    static const char *const candidates[] = {
        "candidate_1", "candidate_2", "candidate_3", "candidate_4", "candidate_5",
        "candidate_6", "candidate_7", "candidate_8", "candidate_9", "candidate_10"};
    static const char *const transforms[] = {
        "transform_1_gate", "transform_2_gate", "transform_3_gate", "transform_4_gate",
        "transform_5_gate", "transform_6_gate", "transform_7_gate", "transform_8_gate",
        "transform_9_gate", "transform_10_gate"};
    static const char *const carries[] = {
        "carry_1_gate", "carry_2_gate", "carry_3_gate", "carry_4_gate", "carry_5_gate",
        "carry_6_gate", "carry_7_gate", "carry_8_gate", "carry_9_gate", "carry_10_gate"};
    stage->gates[0].name = candidates[layer];
    stage->gates[1].name = transforms[layer];
    stage->gates[1].bias = c->transform_bias;
    stage->gates[2].name = c->coupled ? NULL : carries[layer];
    stage->gate_count = c->coupled ? 2 : 3;
    for (int32_t g = 0; g < stage->gate_count; g++)
        stage->gates[g].flags = layer > 0 ? RONDO_GATE_NO_INPUT : 0;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const recurrent_highway_config *c = config;
    plan->state_count = 1;
    plan->states[0] = "hidden";
    static const char *const made[] = {"layer_1", "layer_2", "layer_3", "layer_4", "layer_5",
                                       "layer_6", "layer_7", "layer_8", "layer_9"};
    plan->stage_count = (int32_t)c->depth;
    plan->intermediate_count = plan->stage_count - 1;
    for (int32_t s = 0; s < plan->stage_count; s++) {
        rondo_cell_stage *stage = &plan->stages[s];
        if (s < plan->intermediate_count) plan->intermediates[s] = made[s];
        stage->source = s == 0 ? RONDO_SOURCE_STATE(0) : RONDO_SOURCE_INTERMEDIATE(s - 1);
        stage->forward = forward;
        stage->backward = backward;
        name_gates(c, stage, s);
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_recurrent_highway;
const rondo_cell rondo_plugin_recurrent_highway = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "recurrent_highway",
         .summary = "several highway layers between two time steps (RHN)",
         .equations = "s_0 = h_{t-1}, and for l = 1 .. depth, the input only where l = 1:\n"
                      "n_l = tanh(x_t W_n + b_nl + s_{l-1} U_nl)             candidate\n"
                      "t_l = sigmoid(x_t W_t + b_tl + s_{l-1} U_tl)          transform gate\n"
                      "c_l = sigmoid(x_t W_c + b_cl + s_{l-1} U_cl)          carry gate; coupled: "
                      "c_l = 1 - t_l\n"
                      "s_l = n_l * t_l + s_{l-1} * c_l\n"
                      "h_t = s_depth",
         .source =
             "Zilly, Srivastava, Koutnik & Schmidhuber (2016), arXiv:1607.03474, equations 6 to 9",
         .config_size = sizeof(recurrent_highway_config), .options = options},
    .plan = plan,
};
