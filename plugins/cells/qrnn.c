/* Quasi-recurrent network (Bradbury, Merity, Xiong & Socher 2016, arXiv:1611.01576, equations 1 to 5) of
 * convolution width 2: no recurrent product; every sum sees x_t and x_{t-1}.
 *
 *     z_t = tanh(x_t W_z + b_z + x_{t-1} V_z)
 *     f_t = sigmoid(x_t W_f + b_f + x_{t-1} V_f)      and o_t, i_t likewise
 *     pooling f:    h_t = c_t = f_t * c_{t-1} + (1 - f_t) * z_t
 *     pooling fo:   c_t = f_t * c_{t-1} + (1 - f_t) * z_t      h_t = o_t * c_t
 *     pooling ifo:  c_t = f_t * c_{t-1} + i_t * z_t            h_t = o_t * c_t
 *
 * x_t V is a state, which the next step adds; before the first step it is 0. Back:
 *
 *     do = dh c o (1-o)    dc = dc_t + dh o    dc_{t-1} += dc f
 *     dz = dc (1 - f)(1-z)(1+z)      df = dc (c_{t-1} - z) f (1-f)
 *     ifo: dz = dc i (1-z)(1+z)      df = dc c_{t-1} f (1-f)          di = dc z i (1-i)
 *     d(x_t W) = d(x_{t-1} V) = each of these
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL, CARRIED }; /* x V of every sum from CARRIED on */
enum { CANDIDATE, FORGET, OUTPUT, INPUT, MOST_SUMS };
enum { POOLING_F, POOLING_FO, POOLING_IFO };

typedef struct qrnn_config {
    int pooling;
    double forget_bias;
} qrnn_config;

static const char *const poolings[] = {"f", "fo", "ifo", NULL};

static const rondo_option options[] = {
    RONDO_CHOICE(qrnn_config, pooling, POOLING_FO, poolings, "gates: f forget, o output, i input"),
    RONDO_REAL(qrnn_config, forget_bias, 0.0, -100.0, 100.0, 0, "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

RONDO_INLINE int64_t sums_of(const qrnn_config *config)
{
    return FORGET + 1 + config->pooling;
}

RONDO_INLINE void add_carried(const rondo_cell_tile *tile, int64_t row, int64_t sums)
{
    for (int64_t g = 0; g < sums; g++) {
        rondo_real *sum = rondo_tile_gate(tile, row, g);
        const rondo_real *next = rondo_tile_gate(tile, row, sums + g);
        const rondo_real *before = rondo_tile_previous(tile, row, CARRIED + g);
        rondo_real *carried = rondo_tile_state(tile, row, CARRIED + g);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            sum[u] += before[u];
            carried[u] = next[u];
        }
    }
}

RONDO_INLINE void row_forward(const rondo_cell_tile *tile, int64_t row, int64_t sums)
{
    rondo_real *z = rondo_tile_gate(tile, row, CANDIDATE), *f = rondo_tile_gate(tile, row, FORGET);
    rondo_real *o = sums > OUTPUT ? rondo_tile_gate(tile, row, OUTPUT) : NULL;
    rondo_real *i = sums > INPUT ? rondo_tile_gate(tile, row, INPUT) : NULL;
    const rondo_real *before = rondo_tile_previous(tile, row, CELL);
    rondo_real *c = rondo_tile_state(tile, row, CELL), *h = rondo_tile_state(tile, row, HIDDEN);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        z[u] = rondo_tanh(z[u]);
        f[u] = rondo_sigmoid(f[u]);
        if (sums > OUTPUT) o[u] = rondo_sigmoid(o[u]);
        if (sums > INPUT) i[u] = rondo_sigmoid(i[u]);
        c[u] = f[u] * before[u] + (sums > INPUT ? i[u] : 1 - f[u]) * z[u];
        h[u] = sums > OUTPUT ? o[u] * c[u] : c[u];
    }
}

RONDO_INLINE void rows_forward(const rondo_cell_tile *tile, int64_t sums)
{
    for (int64_t row = 0; row < tile->rows; row++) {
        add_carried(tile, row, sums);
        row_forward(tile, row, sums);
    }
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    int64_t sums = sums_of(config);
    if (sums == FORGET + 1)
        rows_forward(tile, FORGET + 1);
    else if (sums == OUTPUT + 1)
        rows_forward(tile, OUTPUT + 1);
    else
        rows_forward(tile, INPUT + 1);
}

RONDO_INLINE void row_backward(const rondo_cell_tile *tile, int64_t row, int64_t sums)
{
    rondo_real *z = rondo_tile_gate(tile, row, CANDIDATE), *f = rondo_tile_gate(tile, row, FORGET);
    rondo_real *o = sums > OUTPUT ? rondo_tile_gate(tile, row, OUTPUT) : NULL;
    rondo_real *i = sums > INPUT ? rondo_tile_gate(tile, row, INPUT) : NULL;
    const rondo_real *before = rondo_tile_previous(tile, row, CELL);
    const rondo_real *c = rondo_tile_state(tile, row, CELL);
    const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
    const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
    rondo_real *dc_before = rondo_tile_d_previous(tile, row, CELL);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        rondo_real dc = dc_in[u] + (sums > OUTPUT ? dh[u] * o[u] : dh[u]);
        rondo_real let_in = sums > INPUT ? i[u] : 1 - f[u], candidate = z[u];
        dc_before[u] += dc * f[u];
        if (sums > OUTPUT) o[u] = dh[u] * c[u] * rondo_sigmoid_slope(o[u]);
        if (sums > INPUT) i[u] = dc * candidate * rondo_sigmoid_slope(i[u]);
        f[u] = dc * (sums > INPUT ? before[u] : before[u] - candidate) * rondo_sigmoid_slope(f[u]);
        z[u] = dc * let_in * rondo_tanh_slope(candidate);
    }
}

RONDO_INLINE void share_gradient(const rondo_cell_tile *tile, int64_t row, int64_t sums)
{
    for (int64_t g = 0; g < sums; g++) {
        const rondo_real *d = rondo_tile_gate(tile, row, g);
        rondo_real *d_next = rondo_tile_gate(tile, row, sums + g);
        const rondo_real *d_carried = rondo_tile_d_state(tile, row, CARRIED + g);
        rondo_real *d_before = rondo_tile_d_previous(tile, row, CARRIED + g);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            d_before[u] += d[u];
            d_next[u] = d_carried[u];
        }
    }
}

RONDO_INLINE void rows_backward(const rondo_cell_tile *tile, int64_t sums)
{
    for (int64_t row = 0; row < tile->rows; row++) {
        row_backward(tile, row, sums);
        share_gradient(tile, row, sums);
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    int64_t sums = sums_of(config);
    if (sums == FORGET + 1)
        rows_backward(tile, FORGET + 1);
    else if (sums == OUTPUT + 1)
        rows_backward(tile, OUTPUT + 1);
    else
        rows_backward(tile, INPUT + 1);
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const qrnn_config *c = config;
    static const char *const sums[MOST_SUMS] = {"candidate", "forget_gate", "output_gate",
                                                "input_gate"};
    static const char *const from_before[MOST_SUMS] = {
        "candidate_from_previous_input", "forget_from_previous_input", "output_from_previous_input",
        "input_from_previous_input"};
    static const char *const carried[MOST_SUMS] = {"candidate_sum", "forget_sum", "output_sum",
                                                   "input_sum"};
    int64_t count = sums_of(c);
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = (int32_t)(CARRIED + count);
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_NONE;
    stage->gate_count = (int32_t)(2 * count);
    for (int64_t g = 0; g < count; g++) {
        plan->states[CARRIED + g] = carried[g];
        stage->gates[g].name = sums[g];
        stage->gates[count + g].name = from_before[g];
        stage->gates[count + g].flags = RONDO_GATE_NO_BIAS;
    }
    stage->gates[FORGET].bias = c->forget_bias;
    stage->forward = forward;
    stage->backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_qrnn;
const rondo_cell rondo_plugin_qrnn = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "qrnn",
             .summary = "quasi-recurrent network: gates see this input and the previous one; no "
                        "recurrent product",
             .equations = "z_t = tanh(x_t W_z + b_z + x_{t-1} V_z)\n"
                          "f_t, o_t, i_t = sigmoid(x_t W + b + x_{t-1} V), weights of their own\n"
                          "c_t = f_t * c_{t-1} + (1 - f_t) * z_t, with pooling ifo f_t * c_{t-1} + "
                          "i_t * z_t\n"
                          "h_t = o_t * c_t, with pooling f c_t",
             .source = "Bradbury, Merity, Xiong & Socher (2016), arXiv:1611.01576, equations 1 to "
                       "5, convolutions of width 2",
             .config_size = sizeof(qrnn_config), .options = options},
    .plan = plan,
};
