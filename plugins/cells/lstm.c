/* Long short-term memory with forget gate, optionally with peepholes or coupled gates.
 *
 *     i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i [+ p_i * c_{t-1}])    input gate
 *     f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f [+ p_f * c_{t-1}])    forget gate
 *     g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)                         candidate
 *     c_t = f_t * c_{t-1} + i_t * g_t
 *     o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o [+ p_o * c])          output gate
 *     h_t = o_t * tanh(c_t)    [h_t = (o_t * tanh(c_t)) W_p with projection]
 *
 * Hochreiter & Schmidhuber (1997); forget gate and its bias of 1: Gers, Schmidhuber & Cummins
 * (2000). Gate order i, f, g, o as torch.nn.LSTM. Peepholes [..]: Gers & Schmidhuber (2000), Graves
 * (2013, equations 7 to 11); the output gate then sees c = c_t, or c_{t-1} with peephole_output
 * previous. Coupled gates (CIFG, Greff et al. 2017): i_t = 1 - f_t, blocks f, g, o.
 *
 * Projection (LSTMP: Sak, Senior & Beaufays 2014, arXiv:1402.1128, with its recurrent projection; proj_size
 * of torch.nn.LSTM): the output is narrower than the cell, and so is all that is multiplied. The
 * host does it: what is h below is then what the output is made of.
 *
 * Of the variants of Greff et al. 2017: V is peephole, NP none, CIFG peephole and coupled_gates;
 * the option `without`, with peephole, leaves one part out: NIG i_t = 1, NFG f_t = 1, NOG o_t = 1
 * (its block and peephole are not there), NIAF g_t without tanh, NOAF h_t = o_t * c_t. These have
 * loops of their own (ablated_*), so that the usual forms stay as fast as they are.
 *
 * Back, q_t = tanh(c_t):
 *
 *     do = dh q o(1-o)
 *     dc += dh o (1-q)(1+q)  [+ do p_o when the output gate saw c_t]
 *     di = dc g i(1-i)    df = dc c_{t-1} f(1-f)    dg = dc i (1-g)(1+g)
 *     coupled: df = dc (c_{t-1} - g) f(1-f)
 *     dc_{t-1} += dc f  [+ di p_i + df p_f, + do p_o when it saw c_{t-1}]
 *     dp_i = sum di c_{t-1}    dp_f = sum df c_{t-1}    dp_o = sum do c
 *
 * The gate blocks hold i, f, g, o between forward and backward; the tape holds q.
 *
 * The lecture notes, section 1.10, symbol by symbol (W [a, x] there is U h + W x here):
 *
 *     notes                                                       here
 *     a_t                                                         h_t, the state `hidden`
 *     c_t                                                         c_t, the state `cell`
 *     G_u = sigmoid(W_u [a_{t-1}, x_t] + b_u)    update gate      i_t, input gate
 *     G_f = sigmoid(W_f [a_{t-1}, x_t] + b_f)    forget gate      f_t
 *     G_o = sigmoid(W_o [a_{t-1}, x_t] + b_o)    output gate      o_t
 *     c~  = tanh(W_c [a_{t-1}, x_t] + b_c)       candidate        g_t
 *     peephole: the gates read [c_{t-1}, a_{t-1}, x_t]            peephole: true with
 *                                                                 peephole_output: previous
 *
 * and their derivatives (section 1.10.03, where da and dc are what arrives at a_t and c_t, and dG
 * stands for the derivative of a gate's pre-activation), each beside the code below:
 *
 *     gates        dG_o, dc~, dG_u, dG_f     gates_backward: o, g, i, f
 *     parameters   dW = dG [a_{t-1}, x_t]^T, db = sum of dG over all steps and rows: products that
 *                  the host makes of the gate blocks (framework/model/weight_gradient.c)
 *     states       da_{t-1} = W_f^T dG_f + W_u^T dG_u + W_c^T dc~ + W_o^T dG_o, and dx likewise:
 *                  the host; dc_{t-1}: gates_backward, peepholes_backward
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { CURRENT, PREVIOUS };
enum { HIDDEN, CELL };

enum { NOTHING, INPUT_GATE, FORGET_GATE, OUTPUT_GATE, INPUT_ACTIVATION, OUTPUT_ACTIVATION };

typedef struct lstm_config {
    double forget_bias;
    bool coupled_gates;
    bool peephole;
    int peephole_output;
    int without;
    int64_t projection;
} lstm_config;

static const char *const output_sources[] = {"current", "previous", NULL};

static const char *const parts[] = {"nothing",     "input_gate",       "forget_gate",
                                    "output_gate", "input_activation", "output_activation",
                                    NULL};

static const rondo_option options[] = {
    RONDO_REAL(lstm_config, forget_bias, 1.0, -100.0, 100.0, 0, "initial bias of the forget gate"),
    RONDO_BOOLEAN(lstm_config, coupled_gates, 0,
                  "input gate = 1 - forget gate; not without one of the two"),
    RONDO_BOOLEAN(lstm_config, peephole, 0, "the gates also see the cell state"),
    RONDO_CHOICE_WITH_PREVIOUS(lstm_config, peephole_output, CURRENT, output_sources,
                               "which cell state the output gate's peephole sees"),
    RONDO_CHOICE(lstm_config, without, NOTHING, parts,
                 "part to leave out: a gate is then 1, or the candidate or the output has no tanh"),
    RONDO_INTEGER(lstm_config, projection, 0, 0, RONDO_MAX_PROJECTION,
                  "width of the output, which is projected; 0: as wide as the cell"),
    RONDO_OPTIONS_END,
};

/* Which gates there are; f gives i where they are coupled. */
RONDO_INLINE bool has_forget(const lstm_config *config)
{
    return config->without != FORGET_GATE;
}

RONDO_INLINE bool is_coupled(const lstm_config *config)
{
    return config->coupled_gates && config->without != INPUT_GATE && has_forget(config);
}

RONDO_INLINE bool has_input(const lstm_config *config)
{
    return config->without != INPUT_GATE && !is_coupled(config);
}

RONDO_INLINE bool has_output(const lstm_config *config)
{
    return config->without != OUTPUT_GATE;
}

/* One row of a tile. A gate that there is not is NULL, and so are its peephole and, without
 * peephole, all p_*. */
typedef struct lstm_row {
    rondo_real *i, *f, *g, *o;
    rondo_real *h, *c, *q;
    const rondo_real *c_before;
    const rondo_real *c_seen; /* by the output gate's peephole */
    const rondo_real *p_i, *p_f, *p_o;
} lstm_row;

RONDO_INLINE lstm_row row_of(const lstm_config *config, const rondo_cell_tile *tile, int64_t r)
{
    int block = 0, unit_parameter = 0;
    lstm_row row = {.h = rondo_tile_state(tile, r, HIDDEN),
                    .c = rondo_tile_state(tile, r, CELL),
                    .q = rondo_tile_tape(tile, r, 0),
                    .c_before = rondo_tile_previous(tile, r, CELL)};
    row.i = has_input(config) ? rondo_tile_gate(tile, r, block++) : NULL;
    row.f = has_forget(config) ? rondo_tile_gate(tile, r, block++) : NULL;
    row.g = rondo_tile_gate(tile, r, block++);
    row.o = has_output(config) ? rondo_tile_gate(tile, r, block) : NULL;
    row.c_seen = config->peephole_output == CURRENT ? row.c : row.c_before;
    if (config->peephole) {
        row.p_i = row.i ? tile->unit_parameters[unit_parameter++] : NULL;
        row.p_f = row.f ? tile->unit_parameters[unit_parameter++] : NULL;
        row.p_o = row.o ? tile->unit_parameters[unit_parameter] : NULL;
    }
    return row;
}

/* Peepholes of the gates that see c_{t-1}. */
RONDO_INLINE void add_peepholes(const lstm_row *row, int64_t units)
{
    rondo_real *i = row->i, *f = row->f;
    const rondo_real *p_i = row->p_i, *p_f = row->p_f, *c = row->c_before;
    if (i) {
#pragma omp simd
        for (int64_t u = 0; u < units; u++)
            i[u] += p_i[u] * c[u];
    }
    if (f) {
#pragma omp simd
        for (int64_t u = 0; u < units; u++)
            f[u] += p_f[u] * c[u];
    }
}

RONDO_INLINE void add_output_peephole(const lstm_row *row, int64_t units)
{
    rondo_real *o = row->o;
    const rondo_real *p_o = row->p_o, *c = row->c_seen;
#pragma omp simd
    for (int64_t u = 0; u < units; u++)
        o[u] += p_o[u] * c[u];
}

RONDO_INLINE void cell_forward(const lstm_row *row, int64_t units)
{
    rondo_real *i = row->i, *f = row->f, *g = row->g, *c = row->c, *q = row->q;
    const rondo_real *before = row->c_before;
    if (i) {
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            i[u] = rondo_sigmoid(i[u]);
            f[u] = rondo_sigmoid(f[u]);
            g[u] = rondo_tanh(g[u]);
            c[u] = f[u] * before[u] + i[u] * g[u];
            q[u] = rondo_tanh(c[u]);
        }
    } else {
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            f[u] = rondo_sigmoid(f[u]);
            g[u] = rondo_tanh(g[u]);
            c[u] = f[u] * before[u] + (1 - f[u]) * g[u];
            q[u] = rondo_tanh(c[u]);
        }
    }
}

RONDO_INLINE void output_forward(const lstm_row *row, int64_t units)
{
    rondo_real *o = row->o, *h = row->h;
    const rondo_real *q = row->q;
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        o[u] = rondo_sigmoid(o[u]);
        h[u] = o[u] * q[u];
    }
}

/* An activated gate, or 1 where there is none. */
RONDO_INLINE rondo_real open(const rondo_real *gate, int64_t u)
{
    return gate ? gate[u] : 1;
}

RONDO_INLINE void activate(rondo_real *gate, int64_t units)
{
    if (!gate) return;
#pragma omp simd
    for (int64_t u = 0; u < units; u++)
        gate[u] = rondo_sigmoid(gate[u]);
}

RONDO_INLINE void tanh_of(rondo_real *values, const rondo_real *from, int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++)
        values[u] = rondo_tanh(from[u]);
}

/* Without a part; as cell_forward and output_forward. */
RONDO_INLINE void ablated_forward(const lstm_config *config, const lstm_row *row, int64_t units)
{
    rondo_real *g = row->g, *c = row->c, *q = row->q, *h = row->h;
    const rondo_real *before = row->c_before;
    bool coupled = is_coupled(config);
    activate(row->i, units);
    activate(row->f, units);
    if (config->without != INPUT_ACTIVATION) tanh_of(g, g, units);
    for (int64_t u = 0; u < units; u++) {
        rondo_real input = coupled ? 1 - row->f[u] : open(row->i, u);
        q[u] = c[u] = open(row->f, u) * before[u] + input * g[u];
    }
    if (config->without != OUTPUT_ACTIVATION) tanh_of(q, c, units);
    if (row->p_o) add_output_peephole(row, units);
    activate(row->o, units);
    for (int64_t u = 0; u < units; u++)
        h[u] = open(row->o, u) * q[u];
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const lstm_config *c = config;
    for (int64_t r = 0; r < tile->rows; r++) {
        lstm_row row = row_of(c, tile, r);
        if (c->peephole) add_peepholes(&row, tile->units);
        if (c->without != NOTHING) {
            ablated_forward(c, &row, tile->units);
            continue;
        }
        cell_forward(&row, tile->units);
        if (c->peephole) add_output_peephole(&row, tile->units);
        output_forward(&row, tile->units);
    }
}

/* Gradients of one row. `coupled` and `through_current` (the output gate's peephole saw c_t) are
 * constants of the call, so that every form has a loop of its own without branches. */
RONDO_INLINE void gates_backward(const lstm_row *row, const rondo_cell_tile *tile, int64_t r,
                                 bool coupled, bool through_current)
{
    int64_t units = tile->units;
    rondo_real *i = row->i, *f = row->f, *g = row->g, *o = row->o;
    const rondo_real *q = row->q, *before = row->c_before, *p_o = row->p_o;
    const rondo_real *dh = rondo_tile_d_state(tile, r, HIDDEN);
    const rondo_real *dc_in = rondo_tile_d_state(tile, r, CELL);
    rondo_real *dc_before = rondo_tile_d_previous(tile, r, CELL);
#pragma omp simd
    for (int64_t u = 0; u < units; u++) {
        /* dG_o = da tanh(c_t) G_o (1 - G_o) */
        rondo_real d_o = dh[u] * q[u] * rondo_sigmoid_slope(o[u]);
        /* all that arrives at c_t: dc + da G_o (1 - tanh(c_t)^2) */
        rondo_real dc = dc_in[u] + dh[u] * o[u] * rondo_tanh_slope(q[u]);
        if (through_current) dc += d_o * p_o[u];
        /* dc_{t-1} = (..) G_f, where (..) is that sum */
        dc_before[u] += dc * f[u];
        rondo_real input = coupled ? 1 - f[u] : i[u];
        rondo_real forgotten = coupled ? before[u] - g[u] : before[u];
        /* dG_f = (..) c_{t-1} G_f (1 - G_f) */
        f[u] = dc * forgotten * rondo_sigmoid_slope(f[u]);
        /* dG_u = (..) c~ G_u (1 - G_u) */
        if (!coupled) i[u] = dc * g[u] * rondo_sigmoid_slope(input);
        /* dc~ = (..) G_u (1 - c~^2) */
        g[u] = dc * input * rondo_tanh_slope(g[u]);
        o[u] = d_o;
    }
}

/* Without a part; as gates_backward. */
RONDO_INLINE void ablated_backward(const lstm_config *config, const lstm_row *row,
                                   const rondo_cell_tile *tile, int64_t r)
{
    rondo_real *i = row->i, *f = row->f, *g = row->g, *o = row->o;
    const rondo_real *q = row->q, *before = row->c_before;
    const rondo_real *dh = rondo_tile_d_state(tile, r, HIDDEN);
    const rondo_real *dc_in = rondo_tile_d_state(tile, r, CELL);
    rondo_real *dc_before = rondo_tile_d_previous(tile, r, CELL);
    bool coupled = is_coupled(config), through_current = row->p_o && row->c_seen == row->c;
    for (int64_t u = 0; u < tile->units; u++) {
        rondo_real d_q = dh[u] * open(o, u), d_o = 0;
        rondo_real dc =
            dc_in[u] + (config->without == OUTPUT_ACTIVATION ? d_q : d_q * rondo_tanh_slope(q[u]));
        if (o) d_o = dh[u] * q[u] * rondo_sigmoid_slope(o[u]);
        if (through_current) dc += d_o * row->p_o[u];
        dc_before[u] += dc * open(f, u);
        rondo_real input = coupled ? 1 - f[u] : open(i, u), candidate = g[u];
        rondo_real forgotten = coupled ? before[u] - candidate : before[u];
        if (f) f[u] = dc * forgotten * rondo_sigmoid_slope(f[u]);
        if (i) i[u] = dc * candidate * rondo_sigmoid_slope(input);
        g[u] = config->without == INPUT_ACTIVATION ? dc * input
                                                   : dc * input * rondo_tanh_slope(candidate);
        if (o) o[u] = d_o;
    }
}

/* What flows to c_{t-1} through the peepholes: dG_u p_u + dG_f p_f, + dG_o p_o where the output
 * gate saw c_{t-1}. */
RONDO_INLINE void peepholes_backward(const lstm_row *row, rondo_real *dc_before, int64_t units,
                                     bool through_previous)
{
    const rondo_real *di = row->i, *df = row->f, *d_o = row->o;
    const rondo_real *p_i = row->p_i, *p_f = row->p_f, *p_o = row->p_o;
    if (di) {
#pragma omp simd
        for (int64_t u = 0; u < units; u++)
            dc_before[u] += di[u] * p_i[u];
    }
    if (df) {
#pragma omp simd
        for (int64_t u = 0; u < units; u++)
            dc_before[u] += df[u] * p_f[u];
    }
    if (through_previous && d_o) {
#pragma omp simd
        for (int64_t u = 0; u < units; u++)
            dc_before[u] += d_o[u] * p_o[u];
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const lstm_config *c = config;
    bool current = c->peephole && c->peephole_output == CURRENT;
    bool previous = c->peephole && c->peephole_output == PREVIOUS;
    for (int64_t r = 0; r < tile->rows; r++) {
        lstm_row row = row_of(c, tile, r);
        rondo_real *dc_before = rondo_tile_d_previous(tile, r, CELL);
        if (c->without != NOTHING)
            ablated_backward(c, &row, tile, r);
        else if (c->coupled_gates && current)
            gates_backward(&row, tile, r, true, true);
        else if (c->coupled_gates)
            gates_backward(&row, tile, r, true, false);
        else if (current)
            gates_backward(&row, tile, r, false, true);
        else
            gates_backward(&row, tile, r, false, false);
        if (c->peephole) peepholes_backward(&row, dc_before, tile->units, previous);
    }
}

RONDO_INLINE void add_products(rondo_real *sum, const rondo_real *a, const rondo_real *b,
                               int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++)
        sum[u] += a[u] * b[u];
}

/* The peepholes' own: dp_u = sum dG_u c_{t-1}, dp_f = sum dG_f c_{t-1}, dp_o = sum dG_o c seen. */
RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    const lstm_config *c = config;
    for (int64_t r = 0; r < tile->rows; r++) {
        lstm_row row = row_of(c, tile, r);
        int unit_parameter = 0;
        if (row.i)
            add_products(d_unit_parameters[unit_parameter++], row.i, row.c_before, tile->units);
        if (row.f)
            add_products(d_unit_parameters[unit_parameter++], row.f, row.c_before, tile->units);
        if (row.o) add_products(d_unit_parameters[unit_parameter], row.o, row.c_seen, tile->units);
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const lstm_config *c = config;
    static const char *const gates[] = {"input_gate", "forget_gate", "candidate", "output_gate"};
    static const char *const peepholes[] = {"input_peephole", "forget_peephole", NULL,
                                            "output_peephole"};
    const bool there[] = {has_input(c), has_forget(c), true, has_output(c)};
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    plan->stage_count = 1;
    plan->tape_count = 1;
    plan->projection = c->projection;
    stage->source = RONDO_SOURCE_STATE(HIDDEN);
    stage->forward = forward;
    stage->backward = backward;
    for (int g = 0; g < 4; g++) {
        if (!there[g]) continue;
        stage->gates[stage->gate_count].name = gates[g];
        if (g == 1) stage->gates[stage->gate_count].bias = c->forget_bias;
        stage->gate_count++;
        if (c->peephole && peepholes[g])
            plan->unit_parameters[plan->unit_parameter_count++].name = peepholes[g];
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_lstm;
const rondo_cell rondo_plugin_lstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "lstm",
             .summary = "long short-term memory with forget gate; optional peepholes, coupled "
                        "gates and ablations",
             .equations = "i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i)   [+ p_i * c_{t-1}]\n"
                          "f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f)   [+ p_f * c_{t-1}]\n"
                          "g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)\n"
                          "c_t = f_t * c_{t-1} + i_t * g_t\n"
                          "o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o)   [+ p_o * c_t]\n"
                          "h_t = o_t * tanh(c_t)\n"
                          "projection: h_t = (o_t * tanh(c_t)) W_p\n"
                          "coupled_gates: i_t = 1 - f_t\n"
                          "without a gate: it is 1; without input_activation: g_t has no tanh; "
                          "without output_activation: h_t = o_t * c_t",
             .source = "Hochreiter & Schmidhuber (1997); Gers, Schmidhuber & Cummins (2000); "
                       "peepholes Gers & Schmidhuber (2000), Graves (2013), arXiv:1308.0850, "
                       "equations 7 to 11; coupled gates and parts left out Greff et al. (2017), "
                       "arXiv:1503.04069; projection Sak, Senior & Beaufays (2014), "
                       "arXiv:1402.1128; "
                       "gate order i, f, g, o as torch.nn.LSTM",
             .config_size = sizeof(lstm_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
