/* LSTM with full gate recurrence: every gate also sees all three gates of the step before. The ninth
 * variant, FGR, of Greff, Srivastava, Koutnik, Steunebrink & Schmidhuber (2017), arXiv:1503.04069,
 * section 3, after the first LSTM (Hochreiter & Schmidhuber 1997).
 *
 *     i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i + p_i * c_{t-1} + i_{t-1} R_ii + f_{t-1} R_fi + o_{t-1} R_oi)
 *     f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f + p_f * c_{t-1} + i_{t-1} R_if + f_{t-1} R_ff + o_{t-1} R_of)
 *     g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)
 *     c_t = f_t * c_{t-1} + i_t * g_t
 *     o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o + p_o * c_t + i_{t-1} R_io + f_{t-1} R_fo + o_{t-1} R_oo)
 *     h_t = o_t * tanh(c_t)
 *
 * Four stages, one per source of products: h_{t-1}, then the gates i, f and o of the step before, which
 * are states. The last stage has all products and does the work. Back, with q = tanh(c) on the tape:
 *
 *     d_o = (dh q + do) o (1-o)                         do, di, df: what arrives at the gates as states
 *     dc  = dc_t + dh o (1-q)(1+q) + d_o p_o
 *     d_i = (dc g + di) i (1-i)      d_f = (dc c_{t-1} + df) f (1-f)      d_g = dc i (1-g)(1+g)
 *     dc_{t-1} += dc f + d_i p_i + d_f p_f
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL, INPUT, FORGET, OUTPUT, STATES };
enum { GATE_I, GATE_F, GATE_G, GATE_O, FIRST_GATES }; /* blocks of the first stage */
enum { GATES = 3 };                                   /* i, f, o: blocks of each later one */

typedef struct full_config {
    bool peephole;
} full_config;

static const rondo_option options[] = {
    RONDO_BOOLEAN(full_config, peephole, 1, "the gates also see the cell state"),
    RONDO_OPTIONS_END,
};

/* Blocks of gate number `gate` (i, f, o) in the later stages: what i, f and o of the step before add. */
RONDO_INLINE int64_t block_of(int64_t stage, int64_t gate)
{
    return FIRST_GATES + (stage - 1) * GATES + gate;
}

RONDO_INLINE void add_terms(const rondo_cell_tile *tile, int64_t row, int64_t gate, rondo_real *sum)
{
    const rondo_real *by_i = rondo_tile_gate(tile, row, block_of(1, gate));
    const rondo_real *by_f = rondo_tile_gate(tile, row, block_of(2, gate));
    const rondo_real *by_o = rondo_tile_gate(tile, row, block_of(3, gate));
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++)
        sum[u] += by_i[u] + by_f[u] + by_o[u];
}

RONDO_INLINE void add_products(rondo_real *sum, const rondo_real *a, const rondo_real *b,
                               int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++)
        sum[u] += a[u] * b[u];
}

RONDO_INLINE void row_forward(const full_config *config, const rondo_cell_tile *tile, int64_t row)
{
    int64_t units = tile->units;
    rondo_real *i = rondo_tile_gate(tile, row, GATE_I), *f = rondo_tile_gate(tile, row, GATE_F);
    rondo_real *g = rondo_tile_gate(tile, row, GATE_G), *o = rondo_tile_gate(tile, row, GATE_O);
    rondo_real *h = rondo_tile_state(tile, row, HIDDEN), *c = rondo_tile_state(tile, row, CELL);
    rondo_real *state_i = rondo_tile_state(tile, row, INPUT);
    rondo_real *state_f = rondo_tile_state(tile, row, FORGET);
    rondo_real *state_o = rondo_tile_state(tile, row, OUTPUT);
    const rondo_real *before = rondo_tile_previous(tile, row, CELL);
    rondo_real *q = rondo_tile_tape(tile, row, 0);
    add_terms(tile, row, 0, i);
    add_terms(tile, row, 1, f);
    add_terms(tile, row, 2, o);
    if (config->peephole) {
        add_products(i, tile->unit_parameters[0], before, units);
        add_products(f, tile->unit_parameters[1], before, units);
    }
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        state_i[u] = i[u] = rondo_sigmoid(i[u]);
        state_f[u] = f[u] = rondo_sigmoid(f[u]);
        g[u] = rondo_tanh(g[u]);
        c[u] = f[u] * before[u] + i[u] * g[u];
        q[u] = rondo_tanh(c[u]);
    }
    if (config->peephole) add_products(o, tile->unit_parameters[2], c, units);
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        state_o[u] = o[u] = rondo_sigmoid(o[u]);
        h[u] = o[u] * q[u];
    }
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    for (int64_t row = 0; row < tile->rows; row++)
        row_forward(config, tile, row);
}

/* The gradient of a gate is that of all products it is a sum of. */
RONDO_INLINE void share_gradient(const rondo_cell_tile *tile, int64_t row, int64_t gate,
                                 const rondo_real *d)
{
    rondo_real *by_i = rondo_tile_gate(tile, row, block_of(1, gate));
    rondo_real *by_f = rondo_tile_gate(tile, row, block_of(2, gate));
    rondo_real *by_o = rondo_tile_gate(tile, row, block_of(3, gate));
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++)
        by_i[u] = by_f[u] = by_o[u] = d[u];
}

RONDO_INLINE void row_backward(const full_config *config, const rondo_cell_tile *tile, int64_t row)
{
    int64_t units = tile->units;
    rondo_real *i = rondo_tile_gate(tile, row, GATE_I), *f = rondo_tile_gate(tile, row, GATE_F);
    rondo_real *g = rondo_tile_gate(tile, row, GATE_G), *o = rondo_tile_gate(tile, row, GATE_O);
    const rondo_real *q = rondo_tile_tape(tile, row, 0);
    const rondo_real *before = rondo_tile_previous(tile, row, CELL);
    const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
    const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
    const rondo_real *di = rondo_tile_d_state(tile, row, INPUT);
    const rondo_real *df = rondo_tile_d_state(tile, row, FORGET);
    const rondo_real *d_o = rondo_tile_d_state(tile, row, OUTPUT);
    const rondo_real *p_o = config->peephole ? tile->unit_parameters[2] : NULL;
    rondo_real *dc_before = rondo_tile_d_previous(tile, row, CELL);
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        rondo_real d_output = (dh[u] * q[u] + d_o[u]) * rondo_sigmoid_slope(o[u]);
        rondo_real dc = dc_in[u] + dh[u] * o[u] * rondo_tanh_slope(q[u]);
        if (p_o) dc += d_output * p_o[u];
        dc_before[u] += dc * f[u];
        f[u] = (dc * before[u] + df[u]) * rondo_sigmoid_slope(f[u]);
        rondo_real input = i[u];
        i[u] = (dc * g[u] + di[u]) * rondo_sigmoid_slope(input);
        g[u] = dc * input * rondo_tanh_slope(g[u]);
        o[u] = d_output;
    }
    if (config->peephole) {
        add_products(dc_before, i, tile->unit_parameters[0], units);
        add_products(dc_before, f, tile->unit_parameters[1], units);
    }
    share_gradient(tile, row, 0, i);
    share_gradient(tile, row, 1, f);
    share_gradient(tile, row, 2, o);
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    for (int64_t row = 0; row < tile->rows; row++)
        row_backward(config, tile, row);
}

/* dp_i = sum d_i c_{t-1}, dp_f = sum d_f c_{t-1}, dp_o = sum d_o c_t */
RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        add_products(d_unit_parameters[0], rondo_tile_gate(tile, row, GATE_I), before, tile->units);
        add_products(d_unit_parameters[1], rondo_tile_gate(tile, row, GATE_F), before, tile->units);
        add_products(d_unit_parameters[2], rondo_tile_gate(tile, row, GATE_O),
                     rondo_tile_state(tile, row, CELL), tile->units);
    }
}

static void plan_stage(rondo_cell_stage *stage, int32_t source, const char *const *names,
                       int32_t count, uint32_t flags)
{
    stage->source = RONDO_SOURCE_STATE(source);
    stage->forward = stage->backward = rondo_cell_no_work;
    stage->gate_count = count;
    for (int32_t g = 0; g < count; g++) {
        stage->gates[g].name = names[g];
        stage->gates[g].flags = flags;
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const full_config *c = config;
    static const char *const states[STATES] = {"hidden", "cell", "input", "forget", "output"};
    static const char *const peepholes[] = {"input_peephole", "forget_peephole", "output_peephole"};
    static const char *const gates[] = {"input_gate", "forget_gate", "candidate", "output_gate"};
    static const char *const terms[][GATES] = {
        {"input_from_input", "forget_from_input", "output_from_input"},
        {"input_from_forget", "forget_from_forget", "output_from_forget"},
        {"input_from_output", "forget_from_output", "output_from_output"},
    };
    plan->state_count = STATES;
    for (int s = 0; s < STATES; s++)
        plan->states[s] = states[s];
    plan->tape_count = 1;
    plan->stage_count = 4;
    plan_stage(&plan->stages[0], HIDDEN, gates, FIRST_GATES, 0);
    for (int32_t s = 1; s < 4; s++)
        plan_stage(&plan->stages[s], INPUT + s - 1, terms[s - 1], GATES,
                   RONDO_GATE_NO_INPUT | RONDO_GATE_NO_BIAS);
    plan->stages[3].forward = forward;
    plan->stages[3].backward = backward;
    for (int p = 0; c->peephole && p < GATES; p++)
        plan->unit_parameters[plan->unit_parameter_count++].name = peepholes[p];
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_lstm_full_gate_recurrence;
const rondo_cell rondo_plugin_lstm_full_gate_recurrence = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "lstm_full_gate_recurrence",
         .summary = "LSTM whose gates also see all gates of the previous step (FGR)",
         .equations =
             "i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i + i_{t-1} R_ii + f_{t-1} R_fi + o_{t-1} "
             "R_oi)   [+ p_i * c_{t-1}]\n"
             "f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f + i_{t-1} R_if + f_{t-1} R_ff + o_{t-1} "
             "R_of)   [+ p_f * c_{t-1}]\n"
             "g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)\n"
             "c_t = f_t * c_{t-1} + i_t * g_t\n"
             "o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o + i_{t-1} R_io + f_{t-1} R_fo + o_{t-1} "
             "R_oo)   [+ p_o * c_t]\n"
             "h_t = o_t * tanh(c_t)",
         .source = "Greff, Srivastava, Koutnik, Steunebrink & Schmidhuber (2017), "
                   "arXiv:1503.04069, variant FGR",
         .config_size = sizeof(full_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
