/* sLSTM of xLSTM (Beck et al. 2024, arXiv:2405.04517, section 2.2): exponential gates, a normalizer n
 * and a stabilizer m. With `heads`, U of every gate is block-diagonal. No norm, convolution or
 * projection around it.
 *
 *     z_t = tanh(x_t W_z + b_z + h_{t-1} U_z)         i~_t = x_t W_i + b_i + h_{t-1} U_i
 *     o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o)      f~_t = x_t W_f + b_f + h_{t-1} U_f
 *     l_t = log sigmoid(f~_t), or f~_t with forget_gate exponential
 *     m_t = max(l_t + m_{t-1}, i~_t)
 *     i_t = exp(i~_t - m_t)    f_t = exp(l_t + m_{t-1} - m_t)
 *     c_t = f_t * c_{t-1} + i_t * z_t
 *     n_t = f_t * n_{t-1} + i_t
 *     h_t = o_t * c_t / n_t
 *
 * Where so little was let in that n_t is 0 within float, h_t is 0. Back, with what arrives at c and n:
 *
 *     dc = dc_t + dh o / n    dn = dn_t - dh o c / n^2    d_o = dh c / n o (1-o)
 *     d_z = dc i (1-z)(1+z)   dI = i (dc z + dn)          dF = f (dc c_{t-1} + dn n_{t-1})
 *     dM = dm_t - dI - dF     which goes to the larger of the two: dF where i < 1, else dI
 *     d_i~ = dI    d_f~ = dF (1 - sigmoid(f~)), or dF
 *     dm_{t-1} += dF    dc_{t-1} += dc f    dn_{t-1} += dn f
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL, NORMALIZER, STABILIZER };
enum { INPUT, FORGET, CANDIDATE, OUTPUT, GATES };
enum { SIGMOID, EXPONENTIAL };
enum { SLOPE, TAPE }; /* of l_t, by f~_t */

static const rondo_real smallest = (rondo_real)1e-18; /* its square is still a float */

typedef struct slstm_config {
    int64_t heads;
    int forget_gate;
    double forget_bias;
} slstm_config;

static const char *const forget_gates[] = {"sigmoid", "exponential", NULL};

static const rondo_option options[] = {
    RONDO_INTEGER(slstm_config, heads, 1, 1, 1024,
                  "blocks of units; a unit sees the hidden state of its own block only"),
    RONDO_CHOICE(slstm_config, forget_gate, SIGMOID, forget_gates, "function of the forget gate"),
    RONDO_REAL(slstm_config, forget_bias, 1.0, -100.0, 100.0, 0, "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

/* What the input gate, the forget gate and the stabilizer become. */
RONDO_INLINE void gates_forward(const rondo_cell_tile *tile, int64_t row, bool exponential)
{
    rondo_real *i = rondo_tile_gate(tile, row, INPUT), *f = rondo_tile_gate(tile, row, FORGET);
    rondo_real *slope = rondo_tile_tape(tile, row, SLOPE);
    const rondo_real *before = rondo_tile_previous(tile, row, STABILIZER);
    rondo_real *m = rondo_tile_state(tile, row, STABILIZER);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        rondo_real negative = rondo_softplus(-f[u]); /* -log sigmoid */
        rondo_real kept = (exponential ? f[u] : -negative) + before[u];
        slope[u] = exponential ? 1 : rondo_softplus_slope(negative);
        m[u] = kept > i[u] ? kept : i[u];
        i[u] = rondo_exp(i[u] - m[u]);
        f[u] = rondo_exp(kept - m[u]);
    }
}

RONDO_INLINE void row_forward(const rondo_cell_tile *tile, int64_t row)
{
    const rondo_real *i = rondo_tile_gate(tile, row, INPUT),
                     *f = rondo_tile_gate(tile, row, FORGET);
    rondo_real *z = rondo_tile_gate(tile, row, CANDIDATE), *o = rondo_tile_gate(tile, row, OUTPUT);
    const rondo_real *c_before = rondo_tile_previous(tile, row, CELL);
    const rondo_real *n_before = rondo_tile_previous(tile, row, NORMALIZER);
    rondo_real *h = rondo_tile_state(tile, row, HIDDEN), *c = rondo_tile_state(tile, row, CELL);
    rondo_real *n = rondo_tile_state(tile, row, NORMALIZER);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        z[u] = rondo_tanh(z[u]);
        o[u] = rondo_sigmoid(o[u]);
        c[u] = f[u] * c_before[u] + i[u] * z[u];
        n[u] = f[u] * n_before[u] + i[u];
        bool is_some = n[u] > smallest || n[u] < -smallest;
        h[u] = is_some ? o[u] * (c[u] / n[u]) : 0;
    }
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const slstm_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        if (c->forget_gate == EXPONENTIAL)
            gates_forward(tile, row, true);
        else
            gates_forward(tile, row, false);
        row_forward(tile, row);
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT), *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *z = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        const rondo_real *slope = rondo_tile_tape(tile, row, SLOPE);
        const rondo_real *c_before = rondo_tile_previous(tile, row, CELL);
        const rondo_real *n_before = rondo_tile_previous(tile, row, NORMALIZER);
        const rondo_real *c = rondo_tile_state(tile, row, CELL);
        const rondo_real *n = rondo_tile_state(tile, row, NORMALIZER);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
        const rondo_real *dn_in = rondo_tile_d_state(tile, row, NORMALIZER);
        const rondo_real *dm = rondo_tile_d_state(tile, row, STABILIZER);
        rondo_real *dc_before = rondo_tile_d_previous(tile, row, CELL);
        rondo_real *dn_before = rondo_tile_d_previous(tile, row, NORMALIZER);
        rondo_real *dm_before = rondo_tile_d_previous(tile, row, STABILIZER);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            bool is_some = n[u] > smallest || n[u] < -smallest;
            rondo_real inverse = is_some ? 1 / n[u] : 0, ratio = c[u] * inverse;
            rondo_real dc = dc_in[u] + dh[u] * o[u] * inverse;
            rondo_real dn = dn_in[u] - dh[u] * o[u] * ratio * inverse;
            rondo_real d_input = i[u] * (dc * z[u] + dn);
            rondo_real d_kept = f[u] * (dc * c_before[u] + dn * n_before[u]);
            rondo_real d_largest = dm[u] - d_input - d_kept;
            d_kept += i[u] < 1 ? d_largest : 0;
            d_input += i[u] < 1 ? 0 : d_largest;
            o[u] = dh[u] * ratio * rondo_sigmoid_slope(o[u]);
            z[u] = dc * i[u] * rondo_tanh_slope(z[u]);
            dc_before[u] += dc * f[u];
            dn_before[u] += dn * f[u];
            dm_before[u] += d_kept;
            f[u] = d_kept * slope[u];
            i[u] = d_input;
        }
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const slstm_config *c = config;
    static const char *const gates[] = {"input_gate", "forget_gate", "candidate", "output_gate"};
    static const char *const states[] = {"hidden", "cell", "normalizer", "stabilizer"};
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 4;
    for (int s = 0; s < plan->state_count; s++)
        plan->states[s] = states[s];
    plan->tape_count = TAPE;
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_STATE(HIDDEN);
    stage->gate_count = GATES;
    for (int g = 0; g < GATES; g++) {
        stage->gates[g].name = gates[g];
        stage->gates[g].form = c->heads > 1 ? RONDO_FORM_BLOCK_DIAGONAL : RONDO_FORM_DENSE;
        stage->gates[g].form_size = c->heads > 1 ? (int32_t)c->heads : 0;
    }
    stage->gates[FORGET].bias = c->forget_bias;
    stage->forward = forward;
    stage->backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_slstm;
const rondo_cell rondo_plugin_slstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "slstm",
             .summary = "sLSTM of xLSTM: exponential gates, normalizer and stabilizer",
             .equations = "z_t = tanh(x_t W_z + b_z + h_{t-1} U_z)\n"
                          "i~_t = x_t W_i + b_i + h_{t-1} U_i\n"
                          "f~_t = x_t W_f + b_f + h_{t-1} U_f\n"
                          "o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o)\n"
                          "l_t = log sigmoid(f~_t), or f~_t\n"
                          "m_t = max(l_t + m_{t-1}, i~_t)\n"
                          "i_t = exp(i~_t - m_t)\n"
                          "f_t = exp(l_t + m_{t-1} - m_t)\n"
                          "c_t = f_t * c_{t-1} + i_t * z_t\n"
                          "n_t = f_t * n_{t-1} + i_t\n"
                          "h_t = o_t * c_t / n_t",
             .source = "Beck et al. (2024), arXiv:2405.04517, section 2.2, with the stabilizer, "
                       "without the block around it",
             .config_size = sizeof(slstm_config), .options = options},
    .plan = plan,
};
