/* GRU with layer normalisation inside (Ba, Kiros & Hinton 2016, arXiv:1607.06450, supplementary
 * material, GRU equations).
 *
 *     r_t, z_t = sigmoid(a * norm(x_t W) + p * norm(h_{t-1} U) + b)       both gates: one mean and
 *                                                                         deviation of each product
 *     y_t = p_n * norm(h_{t-1} U_n) + b_y
 *     n_t = tanh(a_n * norm(x_t W_n) + b_n + r_t * y_t)
 *     h_t = (1 - z_t) * h_{t-1} + z_t * n_t
 *
 * The two biases that the paper's norms add to a gate are one, since only their sum counts. Back, norm'
 * the backward of rondo/row_norm.h:
 *
 *     d_n = dh z (1-n)(1+n)    d_z = dh (n - h_{t-1}) z (1-z)    d_r = d_n y r (1-r)    d_y = d_n r
 *     d(x W) = norm'(d a)    d(h U) = norm'(d p), of the candidate norm'(d_y p_n)
 *     da = sum d norm(x W)   dp = sum d norm(h U)   db = sum d      dh_{t-1} += dh (1 - z)
 */
#include "rondo/cell.h"
#include "rondo/row_norm.h"

enum { RESET, UPDATE, CANDIDATE, BLOCKS };
enum { GATES = 2 }; /* normalised together */

enum { INPUT_GAIN = 0, RECURRENT_GAIN = 3, BIAS = 6, RECURRENT_BIAS = 9, PARAMETERS };

/* The tape: norm(x W), norm(h U), d, and d_y. */
enum { FROM_INPUT = 0, FROM_HIDDEN = 3, GRADIENT = 6, D_Y = 9, TAPE };

enum { INPUT_SCALE, HIDDEN_SCALE, CANDIDATE_INPUT_SCALE, CANDIDATE_HIDDEN_SCALE, ROW_SCALARS };

typedef struct layer_norm_gru_config {
    double gain;
    double epsilon;
} layer_norm_gru_config;

static const rondo_option options[] = {
    RONDO_REAL(layer_norm_gru_config, gain, 1.0, 0, 100, RONDO_OPEN_LOW,
               "initial value of all gains"),
    RONDO_REAL(layer_norm_gru_config, epsilon, 1e-5, 0, 1, RONDO_OPEN_LOW,
               "added to every variance"),
    RONDO_OPTIONS_END,
};

RONDO_INLINE void normalize(const layer_norm_gru_config *config, const rondo_cell_tile *tile,
                            int64_t row)
{
    int64_t units = tile->units, stride = tile->block_stride;
    rondo_real *scales = rondo_tile_row_scalars(tile, row);
    for (int64_t g = 0; g < BLOCKS; g++) {
        const rondo_real *wx = rondo_tile_gate(tile, row, g);
        const rondo_real *uh = rondo_tile_separate(tile, row, g);
        rondo_real *x = rondo_tile_tape(tile, row, FROM_INPUT + g);
        rondo_real *y = rondo_tile_tape(tile, row, FROM_HIDDEN + g);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            x[u] = wx[u];
            y[u] = uh[u];
        }
    }
    scales[INPUT_SCALE] = rondo_row_normalize(rondo_tile_tape(tile, row, FROM_INPUT), GATES, stride,
                                              units, config->epsilon);
    scales[HIDDEN_SCALE] = rondo_row_normalize(rondo_tile_tape(tile, row, FROM_HIDDEN), GATES,
                                               stride, units, config->epsilon);
    scales[CANDIDATE_INPUT_SCALE] = rondo_row_normalize(
        rondo_tile_tape(tile, row, FROM_INPUT + CANDIDATE), 1, 0, units, config->epsilon);
    scales[CANDIDATE_HIDDEN_SCALE] = rondo_row_normalize(
        rondo_tile_tape(tile, row, FROM_HIDDEN + CANDIDATE), 1, 0, units, config->epsilon);
}

RONDO_INLINE void gate_forward(const rondo_cell_tile *tile, int64_t row, int64_t g)
{
    const rondo_real *x = rondo_tile_tape(tile, row, FROM_INPUT + g);
    const rondo_real *y = rondo_tile_tape(tile, row, FROM_HIDDEN + g);
    const rondo_real *a = tile->unit_parameters[INPUT_GAIN + g];
    const rondo_real *p = tile->unit_parameters[RECURRENT_GAIN + g];
    const rondo_real *b = tile->unit_parameters[BIAS + g];
    rondo_real *gate = rondo_tile_gate(tile, row, g);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++)
        gate[u] = rondo_sigmoid(a[u] * x[u] + p[u] * y[u] + b[u]);
}

RONDO_INLINE void hidden_forward(const rondo_cell_tile *tile, int64_t row)
{
    const rondo_real *r = rondo_tile_gate(tile, row, RESET),
                     *z = rondo_tile_gate(tile, row, UPDATE);
    const rondo_real *x = rondo_tile_tape(tile, row, FROM_INPUT + CANDIDATE);
    const rondo_real *y = rondo_tile_tape(tile, row, FROM_HIDDEN + CANDIDATE);
    const rondo_real *a = tile->unit_parameters[INPUT_GAIN + CANDIDATE];
    const rondo_real *p = tile->unit_parameters[RECURRENT_GAIN + CANDIDATE];
    const rondo_real *b = tile->unit_parameters[BIAS + CANDIDATE];
    const rondo_real *b_y = tile->unit_parameters[RECURRENT_BIAS];
    const rondo_real *before = rondo_tile_previous(tile, row, 0);
    rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE), *h = rondo_tile_state(tile, row, 0);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        n[u] = rondo_tanh(a[u] * x[u] + b[u] + r[u] * (p[u] * y[u] + b_y[u]));
        h[u] = (1 - z[u]) * before[u] + z[u] * n[u];
    }
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    for (int64_t row = 0; row < tile->rows; row++) {
        normalize(config, tile, row);
        gate_forward(tile, row, RESET);
        gate_forward(tile, row, UPDATE);
        hidden_forward(tile, row);
    }
}

/* Leaves the gradients of the sums on the tape. */
RONDO_INLINE void hidden_backward(const rondo_cell_tile *tile, int64_t row)
{
    const rondo_real *r = rondo_tile_gate(tile, row, RESET),
                     *z = rondo_tile_gate(tile, row, UPDATE);
    const rondo_real *n = rondo_tile_gate(tile, row, CANDIDATE);
    const rondo_real *y = rondo_tile_tape(tile, row, FROM_HIDDEN + CANDIDATE);
    const rondo_real *p = tile->unit_parameters[RECURRENT_GAIN + CANDIDATE];
    const rondo_real *b_y = tile->unit_parameters[RECURRENT_BIAS];
    const rondo_real *before = rondo_tile_previous(tile, row, 0);
    const rondo_real *dh = rondo_tile_d_state(tile, row, 0);
    rondo_real *d_before = rondo_tile_d_previous(tile, row, 0);
    rondo_real *d_r = rondo_tile_tape(tile, row, GRADIENT + RESET);
    rondo_real *d_z = rondo_tile_tape(tile, row, GRADIENT + UPDATE);
    rondo_real *d_n = rondo_tile_tape(tile, row, GRADIENT + CANDIDATE);
    rondo_real *d_y = rondo_tile_tape(tile, row, D_Y);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        d_n[u] = dh[u] * z[u] * rondo_tanh_slope(n[u]);
        d_z[u] = dh[u] * (n[u] - before[u]) * rondo_sigmoid_slope(z[u]);
        d_r[u] = d_n[u] * (p[u] * y[u] + b_y[u]) * rondo_sigmoid_slope(r[u]);
        d_y[u] = d_n[u] * r[u];
        d_before[u] += dh[u] * (1 - z[u]);
    }
}

RONDO_INLINE const rondo_real *recurrent_gradient(const rondo_cell_tile *tile, int64_t row,
                                                  int64_t g)
{
    return rondo_tile_tape(tile, row, g == CANDIDATE ? (int64_t)D_Y : GRADIENT + g);
}

RONDO_INLINE void sums_backward(const rondo_cell_tile *tile, int64_t row)
{
    int64_t units = tile->units, stride = tile->block_stride;
    const rondo_real *scales = rondo_tile_row_scalars(tile, row);
    for (int64_t g = 0; g < BLOCKS; g++) {
        const rondo_real *d = rondo_tile_tape(tile, row, GRADIENT + g);
        const rondo_real *d_recurrent = recurrent_gradient(tile, row, g);
        const rondo_real *a = tile->unit_parameters[INPUT_GAIN + g];
        const rondo_real *p = tile->unit_parameters[RECURRENT_GAIN + g];
        rondo_real *wx = rondo_tile_gate(tile, row, g), *uh = rondo_tile_separate(tile, row, g);
#pragma omp simd
        for (int64_t u = 0; u < units; u++) {
            wx[u] = d[u] * a[u];
            uh[u] = d_recurrent[u] * p[u];
        }
    }
    rondo_row_normalize_back(rondo_tile_gate(tile, row, 0), rondo_tile_tape(tile, row, FROM_INPUT),
                             GATES, stride, units, scales[INPUT_SCALE]);
    rondo_row_normalize_back(rondo_tile_separate(tile, row, 0),
                             rondo_tile_tape(tile, row, FROM_HIDDEN), GATES, stride, units,
                             scales[HIDDEN_SCALE]);
    rondo_row_normalize_back(rondo_tile_gate(tile, row, CANDIDATE),
                             rondo_tile_tape(tile, row, FROM_INPUT + CANDIDATE), 1, 0, units,
                             scales[CANDIDATE_INPUT_SCALE]);
    rondo_row_normalize_back(rondo_tile_separate(tile, row, CANDIDATE),
                             rondo_tile_tape(tile, row, FROM_HIDDEN + CANDIDATE), 1, 0, units,
                             scales[CANDIDATE_HIDDEN_SCALE]);
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t row = 0; row < tile->rows; row++) {
        hidden_backward(tile, row);
        sums_backward(tile, row);
    }
}

RONDO_INLINE void add_products(rondo_real *sum, const rondo_real *a, const rondo_real *b,
                               int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++)
        sum[u] += a[u] * b[u];
}

RONDO_INLINE void add(rondo_real *sum, const rondo_real *a, int64_t units)
{
#pragma omp simd
    for (int64_t u = 0; u < units; u++)
        sum[u] += a[u];
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    int64_t units = tile->units;
    for (int64_t row = 0; row < tile->rows; row++) {
        for (int64_t g = 0; g < BLOCKS; g++) {
            const rondo_real *d = rondo_tile_tape(tile, row, GRADIENT + g);
            add_products(d_unit_parameters[INPUT_GAIN + g], d,
                         rondo_tile_tape(tile, row, FROM_INPUT + g), units);
            add_products(d_unit_parameters[RECURRENT_GAIN + g], recurrent_gradient(tile, row, g),
                         rondo_tile_tape(tile, row, FROM_HIDDEN + g), units);
            add(d_unit_parameters[BIAS + g], d, units);
        }
        add(d_unit_parameters[RECURRENT_BIAS], rondo_tile_tape(tile, row, D_Y), units);
    }
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const layer_norm_gru_config *c = config;
    static const char *const gates[] = {"reset_gate", "update_gate", "candidate"};
    static const char *const parameters[PARAMETERS] = {
        "reset_gate_input_gain",     "update_gate_input_gain",     "candidate_input_gain",
        "reset_gate_recurrent_gain", "update_gate_recurrent_gain", "candidate_recurrent_gain",
        "reset_gate_bias",           "update_gate_bias",           "candidate_bias",
        "candidate_recurrent_bias"};
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 1;
    plan->states[0] = "hidden";
    plan->tape_count = TAPE;
    plan->row_scalar_count = ROW_SCALARS;
    plan->whole_rows = true;
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_STATE(0);
    stage->gate_count = stage->separate_count = BLOCKS;
    for (int g = 0; g < BLOCKS; g++) {
        stage->gates[g].name = gates[g];
        stage->gates[g].flags = RONDO_GATE_NO_BIAS;
    }
    stage->forward = forward;
    stage->backward = backward;
    plan->unit_parameter_count = PARAMETERS;
    for (int p = 0; p < PARAMETERS; p++) {
        plan->unit_parameters[p].name = parameters[p];
        plan->unit_parameters[p].start = p < BIAS ? c->gain : 0;
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_layer_norm_gru;
const rondo_cell rondo_plugin_layer_norm_gru = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "layer_norm_gru",
             .summary = "GRU with layer normalization of its products",
             .equations = "r_t, z_t = sigmoid(a * norm(x_t W) + p * norm(h_{t-1} U) + b), each its "
                          "part\n"
                          "y_t = p_n * norm(h_{t-1} U_n) + b_y\n"
                          "n_t = tanh(a_n * norm(x_t W_n) + b_n + r_t * y_t)\n"
                          "h_t = (1 - z_t) * h_{t-1} + z_t * n_t",
             .source = "Ba, Kiros & Hinton (2016), arXiv:1607.06450, supplementary material; the "
                       "two biases of a gate are one",
             .config_size = sizeof(layer_norm_gru_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
