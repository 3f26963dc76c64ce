/* Ordered-neurons LSTM, ON-LSTM (Shen, Tan, Sordoni & Courville 2019, arXiv:1810.09536, section 4,
 * equations 9 to 14, with the order and signs of the authors' code): two master gates, which rise and
 * fall monotonically from unit to unit, so that high-ranking units keep what they have for longer.
 *
 *     i_t, f_t, o_t = sigmoid(x_t W + h_{t-1} U + b)    g_t = tanh(x_t W_g + h_{t-1} U_g + b_g)
 *     F_t = cumax(x_t W_F + h_{t-1} U_F + b_F)          master forget gate, rising to 1
 *     I_t = 1 - cumax(x_t W_I + h_{t-1} U_I + b_I)      master input gate, falling to 0
 *     w_t = F_t * I_t                                   where they overlap
 *     c_t = (f_t * w_t + F_t - w_t) * c_{t-1} + (i_t * w_t + I_t - w_t) * g_t
 *     h_t = o_t * tanh(c_t)
 *     cumax(a)_k = sum over j <= k of p_j, p = softmax(a)
 *
 * The master gates have hidden / chunk values, each of which `chunk` consecutive units share. The first
 * unit of a chunk stands for it in their gate blocks. The tape holds p of both, chunk after chunk, and
 * backward the gradients of F and I in their gate blocks, before it sums them. Back, q = tanh(c):
 *
 *     d_o = dh q o (1-o)    dc = dc_t + dh o (1-q)(1+q)
 *     df^ = dc c_{t-1}      di^ = dc g            of the two factors
 *     dc_{t-1} += dc (f w + F - w)                d_g = dc (i w + I - w) (1-g)(1+g)
 *     d_f = df^ w f (1-f)   d_i = di^ w i (1-i)
 *     dF = df^ (1 - I (1-f)) - di^ I (1-i)        dI = di^ (1 - F (1-i)) - df^ F (1-f)
 *     dp_j = sum over k >= j of dF_k, or of -dI_k, where dF_k and dI_k are sums over chunk k
 *     d_F_j = p_j (dp_j - sum over k of p_k dp_k), in the place of the chunk's first unit; others have 0
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL };
enum { INPUT, FORGET, CANDIDATE, OUTPUT, MASTER_FORGET, MASTER_INPUT, GATES };
enum { FORGET_SHARES, INPUT_SHARES, TAPE };

typedef struct ordered_neurons_config {
    int64_t chunk;
    double forget_bias;
} ordered_neurons_config;

static const rondo_option options[] = {
    RONDO_INTEGER(ordered_neurons_config, chunk, 1, 1, 4096,
                  "units that share a value of the master gates; the layer's units are a multiple"),
    RONDO_REAL(ordered_neurons_config, forget_bias, 1.0, -100.0, 100.0, 0,
               "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

/* The gate block's first unit of every chunk -> p, and the running sum of p in all units of the chunk;
 * `falls`: 1 - that sum. */
RONDO_INLINE void cumax_forward(rondo_real *gate, rondo_real *p, int64_t units, int64_t chunk,
                                bool falls)
{
    int64_t chunks = units / chunk;
    rondo_real largest = gate[0];
    double total = 0, sum = 0;
    for (int64_t k = 0; k < chunks; k++) {
        p[k] = gate[k * chunk];
        largest = p[k] > largest ? p[k] : largest;
    }
#pragma omp simd
    for (int64_t k = 0; k < chunks; k++)
        p[k] = rondo_exp(p[k] - largest);
    for (int64_t k = 0; k < chunks; k++)
        total += (double)p[k];
    for (int64_t k = 0; k < chunks; k++) {
        double share = (double)p[k] / total;
        sum += share;
        p[k] = (rondo_real)share;
        rondo_real value = (rondo_real)(falls ? 1 - sum : sum);
        for (int64_t u = k * chunk; u < (k + 1) * chunk; u++)
            gate[u] = value;
    }
}

/* The gradient of F or I in the gate block -> that of what cumax was taken of; `sign` -1: of 1 - cumax. */
RONDO_INLINE void cumax_backward(rondo_real *gate, const rondo_real *p, int64_t units,
                                 int64_t chunk, double sign)
{
    int64_t chunks = units / chunk;
    double later = 0, mean = 0;
    for (int64_t k = chunks - 1; k >= 0; k--) {
        double sum = 0;
        for (int64_t u = k * chunk; u < (k + 1) * chunk; u++) {
            sum += (double)gate[u];
            gate[u] = 0;
        }
        later += sign * sum;
        mean += (double)p[k] * later;
        gate[k * chunk] = (rondo_real)later;
    }
    for (int64_t k = 0; k < chunks; k++)
        gate[k * chunk] = p[k] * (rondo_real)((double)gate[k * chunk] - mean);
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const ordered_neurons_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT), *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        rondo_real *keep = rondo_tile_gate(tile, row, MASTER_FORGET);
        rondo_real *enter = rondo_tile_gate(tile, row, MASTER_INPUT);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        rondo_real *cell = rondo_tile_state(tile, row, CELL);
        rondo_real *h = rondo_tile_state(tile, row, HIDDEN);
        cumax_forward(keep, rondo_tile_tape(tile, row, FORGET_SHARES), tile->units, c->chunk,
                      false);
        cumax_forward(enter, rondo_tile_tape(tile, row, INPUT_SHARES), tile->units, c->chunk, true);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real overlap = keep[u] * enter[u];
            i[u] = rondo_sigmoid(i[u]);
            f[u] = rondo_sigmoid(f[u]);
            g[u] = rondo_tanh(g[u]);
            o[u] = rondo_sigmoid(o[u]);
            cell[u] = (f[u] * overlap + (keep[u] - overlap)) * before[u] +
                      (i[u] * overlap + (enter[u] - overlap)) * g[u];
            h[u] = o[u] * rondo_tanh(cell[u]);
        }
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const ordered_neurons_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *i = rondo_tile_gate(tile, row, INPUT), *f = rondo_tile_gate(tile, row, FORGET);
        rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE);
        rondo_real *o = rondo_tile_gate(tile, row, OUTPUT);
        rondo_real *keep = rondo_tile_gate(tile, row, MASTER_FORGET);
        rondo_real *enter = rondo_tile_gate(tile, row, MASTER_INPUT);
        const rondo_real *before = rondo_tile_previous(tile, row, CELL);
        const rondo_real *cell = rondo_tile_state(tile, row, CELL);
        const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
        const rondo_real *dc_in = rondo_tile_d_state(tile, row, CELL);
        rondo_real *dc_before = rondo_tile_d_previous(tile, row, CELL);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            rondo_real q = rondo_tanh(cell[u]), overlap = keep[u] * enter[u];
            rondo_real dc = dc_in[u] + dh[u] * o[u] * rondo_tanh_slope(q);
            rondo_real d_kept = dc * before[u], d_entered = dc * g[u];
            rondo_real closed = 1 - f[u], shut = 1 - i[u];
            dc_before[u] += dc * (keep[u] - overlap * closed);
            o[u] = dh[u] * q * rondo_sigmoid_slope(o[u]);
            g[u] = dc * (enter[u] - overlap * shut) * rondo_tanh_slope(g[u]);
            f[u] = d_kept * overlap * rondo_sigmoid_slope(f[u]);
            i[u] = d_entered * overlap * rondo_sigmoid_slope(i[u]);
            rondo_real d_keep = d_kept * (1 - enter[u] * closed) - d_entered * enter[u] * shut;
            enter[u] = d_entered * (1 - keep[u] * shut) - d_kept * keep[u] * closed;
            keep[u] = d_keep;
        }
        cumax_backward(keep, rondo_tile_tape(tile, row, FORGET_SHARES), tile->units, c->chunk, 1);
        cumax_backward(enter, rondo_tile_tape(tile, row, INPUT_SHARES), tile->units, c->chunk, -1);
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const ordered_neurons_config *c = config;
    static const char *const gates[] = {"input_gate",  "forget_gate",        "candidate",
                                        "output_gate", "master_forget_gate", "master_input_gate"};
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 2;
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    plan->tape_count = TAPE;
    plan->whole_rows = true;
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_STATE(HIDDEN);
    stage->gate_count = GATES;
    for (int g = 0; g < GATES; g++)
        stage->gates[g].name = gates[g];
    stage->gates[FORGET].bias = c->forget_bias;
    stage->gates[MASTER_FORGET].unit_group = stage->gates[MASTER_INPUT].unit_group =
        (int32_t)c->chunk;
    stage->forward = forward;
    stage->backward = backward;
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_ordered_neurons_lstm;
const rondo_cell rondo_plugin_ordered_neurons_lstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "ordered_neurons_lstm",
             .summary =
                 "LSTM whose units are ordered by master gates, so that some keep for longer "
                 "than others (ON-LSTM)",
             .equations =
                 "i_t = sigmoid(x_t W_i + b_i + h_{t-1} U_i)\n"
                 "f_t = sigmoid(x_t W_f + b_f + h_{t-1} U_f)\n"
                 "o_t = sigmoid(x_t W_o + b_o + h_{t-1} U_o)\n"
                 "g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)\n"
                 "F_t = cumax(x_t W_F + b_F + h_{t-1} U_F)          master forget gate\n"
                 "I_t = 1 - cumax(x_t W_I + b_I + h_{t-1} U_I)      master input gate\n"
                 "w_t = F_t * I_t\n"
                 "c_t = (f_t * w_t + F_t - w_t) * c_{t-1} + (i_t * w_t + I_t - w_t) * g_t\n"
                 "h_t = o_t * tanh(c_t)\n"
                 "cumax(a)_k = sum over j <= k of softmax(a)_j, over chunks of units",
             .source = "Shen, Tan, Sordoni & Courville (2019), Ordered Neurons, arXiv:1810.09536, "
                       "section 4, equations 9 to 14",
             .config_size = sizeof(ordered_neurons_config), .options = options},
    .plan = plan,
};
