/* Phased LSTM (Neil, Pfeiffer & Liu 2016, arXiv:1610.09513, equations 6 to 9): every unit is updated only
 * while its time gate k is open, once a period.
 *
 *     p_t = fraction((t - 1) / period - shift)            t: the state `clock`, 1 after the first step
 *     k_t = 2 p / ratio          while p < ratio / 2      opens
 *           2 - 2 p / ratio      while p < ratio          closes
 *           leak p               else
 *     i_t, f_t, o_t = sigmoid(x_t W + b + h_{t-1} U)    g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)
 *     C_t = f_t * c_{t-1} + i_t * g_t                   c_t = k_t * C_t + (1 - k_t) * c_{t-1}
 *     H_t = o_t * tanh(C_t)                             h_t = k_t * H_t + (1 - k_t) * h_{t-1}
 *
 * period, shift and ratio of every unit are learnt; shift counts periods, so that the paper's s is shift
 * times period. Without the paper's peepholes; one step is one unit of time. Back, q = tanh(C):
 *
 *     dH = dh k    dC = dc k + dH o (1-q)(1+q)    dk = dh (H - h_{t-1}) + dc (C - c_{t-1})
 *     d_o = dH q o (1-o)    d_i = dC g i (1-i)    d_f = dC c_{t-1} f (1-f)    d_g = dC i (1-g)(1+g)
 *     dc_{t-1} += dc (1 - k) + dC f               dh_{t-1} += dh (1 - k)
 *     dp = dk dk/dp    dclock_{t-1} += dclock + dp / period
 *     dperiod = sum -dp (t - 1) / period^2        dshift = sum -dp        dratio = sum dk dk/dratio
 */
#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { HIDDEN, CELL, CLOCK };
enum { INPUT, FORGET, CANDIDATE, OUTPUT, GATES };
enum { PERIOD, SHIFT, RATIO, PARAMETERS };

/* The tape: C and k, in whose places backward leaves dp and dratio. */
enum { NEW_CELL, OPENNESS, TAPE };
enum { D_PHASE = NEW_CELL, D_RATIO = OPENNESS };

typedef struct phased_config {
    double longest_period;
    double ratio;
    double leak;
    double forget_bias;
} phased_config;

static const rondo_option options[] = {
    RONDO_REAL(phased_config, longest_period, 1000.0, 1.0, 1e6, 0,
               "steps; periods start between 1 and this, uniform in their logarithm"),
    RONDO_REAL(phased_config, ratio, 0.05, 1e-3, 1.0, 0,
               "share of its period for which a unit is open, at the start"),
    RONDO_REAL(phased_config, leak, 1e-3, 0, 1, 0, "slope of the time gate while it is closed"),
    RONDO_REAL(phased_config, forget_bias, 1.0, -100.0, 100.0, 0,
               "initial bias of the forget gate"),
    RONDO_OPTIONS_END,
};

/* Where in its period a unit is: 0 to 1. */
RONDO_INLINE rondo_real phase_of(rondo_real time, rondo_real period, rondo_real shift)
{
    rondo_real periods = time / period - shift;
    return periods - (rondo_real)floor((double)periods);
}

RONDO_INLINE rondo_real openness_of(rondo_real phase, rondo_real ratio, rondo_real leak)
{
    rondo_real rise = 2 * phase / ratio;
    return rise < 1 ? rise : phase < ratio ? 2 - rise : leak * phase;
}

RONDO_INLINE void row_forward(const rondo_cell_tile *tile, int64_t row, rondo_real leak)
{
    rondo_real *i = rondo_tile_gate(tile, row, INPUT), *f = rondo_tile_gate(tile, row, FORGET);
    rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE), *o = rondo_tile_gate(tile, row, OUTPUT);
    const rondo_real *h_before = rondo_tile_previous(tile, row, HIDDEN);
    const rondo_real *c_before = rondo_tile_previous(tile, row, CELL);
    const rondo_real *time = rondo_tile_previous(tile, row, CLOCK);
    const rondo_real *period = tile->unit_parameters[PERIOD];
    const rondo_real *shift = tile->unit_parameters[SHIFT], *ratio = tile->unit_parameters[RATIO];
    rondo_real *h = rondo_tile_state(tile, row, HIDDEN), *c = rondo_tile_state(tile, row, CELL);
    rondo_real *clock = rondo_tile_state(tile, row, CLOCK);
    rondo_real *new_cell = rondo_tile_tape(tile, row, NEW_CELL);
    rondo_real *k = rondo_tile_tape(tile, row, OPENNESS);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        k[u] = openness_of(phase_of(time[u], period[u], shift[u]), ratio[u], leak);
        clock[u] = time[u] + 1;
        i[u] = rondo_sigmoid(i[u]);
        f[u] = rondo_sigmoid(f[u]);
        g[u] = rondo_tanh(g[u]);
        o[u] = rondo_sigmoid(o[u]);
        new_cell[u] = f[u] * c_before[u] + i[u] * g[u];
        c[u] = k[u] * new_cell[u] + (1 - k[u]) * c_before[u];
        h[u] = k[u] * o[u] * rondo_tanh(new_cell[u]) + (1 - k[u]) * h_before[u];
    }
}

RONDO_VECTORISED static void forward(const void *config, const rondo_cell_tile *tile)
{
    const phased_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++)
        row_forward(tile, row, (rondo_real)c->leak);
}

/* Gradients of the gates; leaves dk in the place of k. */
RONDO_INLINE void gates_backward(const rondo_cell_tile *tile, int64_t row)
{
    rondo_real *i = rondo_tile_gate(tile, row, INPUT), *f = rondo_tile_gate(tile, row, FORGET);
    rondo_real *g = rondo_tile_gate(tile, row, CANDIDATE), *o = rondo_tile_gate(tile, row, OUTPUT);
    const rondo_real *h_before = rondo_tile_previous(tile, row, HIDDEN);
    const rondo_real *c_before = rondo_tile_previous(tile, row, CELL);
    const rondo_real *dh = rondo_tile_d_state(tile, row, HIDDEN);
    const rondo_real *dc = rondo_tile_d_state(tile, row, CELL);
    rondo_real *dh_before = rondo_tile_d_previous(tile, row, HIDDEN);
    rondo_real *dc_before = rondo_tile_d_previous(tile, row, CELL);
    const rondo_real *new_cell = rondo_tile_tape(tile, row, NEW_CELL);
    rondo_real *k = rondo_tile_tape(tile, row, OPENNESS);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        rondo_real q = rondo_tanh(new_cell[u]), open = k[u], input = i[u], d_hidden = dh[u] * open;
        rondo_real d_cell = dc[u] * open + d_hidden * o[u] * rondo_tanh_slope(q);
        k[u] = dh[u] * (o[u] * q - h_before[u]) + dc[u] * (new_cell[u] - c_before[u]);
        dh_before[u] += dh[u] * (1 - open);
        dc_before[u] += dc[u] * (1 - open) + d_cell * f[u];
        o[u] = d_hidden * q * rondo_sigmoid_slope(o[u]);
        i[u] = d_cell * g[u] * rondo_sigmoid_slope(input);
        f[u] = d_cell * c_before[u] * rondo_sigmoid_slope(f[u]);
        g[u] = d_cell * input * rondo_tanh_slope(g[u]);
    }
}

/* From dk to the phase's gradient and the ratio's. */
RONDO_INLINE void clock_backward(const rondo_cell_tile *tile, int64_t row, rondo_real leak)
{
    const rondo_real *time = rondo_tile_previous(tile, row, CLOCK);
    const rondo_real *period = tile->unit_parameters[PERIOD];
    const rondo_real *shift = tile->unit_parameters[SHIFT], *ratio = tile->unit_parameters[RATIO];
    const rondo_real *d_clock = rondo_tile_d_state(tile, row, CLOCK);
    rondo_real *d_time = rondo_tile_d_previous(tile, row, CLOCK);
    rondo_real *d_phase = rondo_tile_tape(tile, row, D_PHASE);
    rondo_real *d_ratio = rondo_tile_tape(tile, row, D_RATIO);
#pragma omp simd
    for (int64_t u = 0; u < tile->units; u++) {
        rondo_real phase = phase_of(time[u], period[u], shift[u]), dk = d_ratio[u];
        rondo_real steep = 2 / ratio[u], rise = phase * steep;
        rondo_real side = rise < 1 ? 1 : phase < ratio[u] ? (rondo_real)-1 : 0;
        d_phase[u] = dk * (phase < ratio[u] ? side * steep : leak);
        d_ratio[u] = -dk * side * rise / ratio[u];
        d_time[u] += d_clock[u] + d_phase[u] / period[u];
    }
}

RONDO_VECTORISED static void backward(const void *config, const rondo_cell_tile *tile)
{
    const phased_config *c = config;
    for (int64_t row = 0; row < tile->rows; row++) {
        gates_backward(tile, row);
        clock_backward(tile, row, (rondo_real)c->leak);
    }
}

RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    const rondo_real *period = tile->unit_parameters[PERIOD];
    rondo_real *sum_period = d_unit_parameters[PERIOD], *sum_shift = d_unit_parameters[SHIFT];
    rondo_real *sum_ratio = d_unit_parameters[RATIO];
    for (int64_t row = 0; row < tile->rows; row++) {
        const rondo_real *time = rondo_tile_previous(tile, row, CLOCK);
        const rondo_real *d_phase = rondo_tile_tape(tile, row, D_PHASE);
        const rondo_real *d_ratio = rondo_tile_tape(tile, row, D_RATIO);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            sum_period[u] -= d_phase[u] * time[u] / (period[u] * period[u]);
            sum_shift[u] -= d_phase[u];
            sum_ratio[u] += d_ratio[u];
        }
    }
}

static double start_period(const void *config, int64_t unit, int64_t hidden, double random)
{
    const phased_config *c = config;
    (void)unit;
    (void)hidden;
    return exp(random * log(c->longest_period));
}

static double start_shift(const void *config, int64_t unit, int64_t hidden, double random)
{
    (void)config;
    (void)unit;
    (void)hidden;
    return random;
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const phased_config *c = config;
    static const char *const gates[] = {"input_gate", "forget_gate", "candidate", "output_gate"};
    rondo_cell_stage *stage = &plan->stages[0];
    plan->state_count = 3;
    plan->states[HIDDEN] = "hidden";
    plan->states[CELL] = "cell";
    plan->states[CLOCK] = "clock";
    plan->tape_count = TAPE;
    plan->stage_count = 1;
    stage->source = RONDO_SOURCE_STATE(HIDDEN);
    stage->gate_count = GATES;
    for (int g = 0; g < GATES; g++)
        stage->gates[g].name = gates[g];
    stage->gates[FORGET].bias = c->forget_bias;
    stage->forward = forward;
    stage->backward = backward;
    plan->unit_parameter_count = PARAMETERS;
    plan->unit_parameters[PERIOD] = (rondo_cell_unit_parameter){.name = "period",
                                                                .unit_start = start_period,
                                                                .low = 0.1,
                                                                .high = 1e9,
                                                                .flags = RONDO_PARAMETER_CLAMPED};
    plan->unit_parameters[SHIFT] =
        (rondo_cell_unit_parameter){.name = "shift", .unit_start = start_shift};
    plan->unit_parameters[RATIO] = (rondo_cell_unit_parameter){.name = "ratio",
                                                               .start = c->ratio,
                                                               .low = 1e-3,
                                                               .high = 1,
                                                               .flags = RONDO_PARAMETER_CLAMPED};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_phased_lstm;
const rondo_cell rondo_plugin_phased_lstm = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "phased_lstm",
             .summary = "LSTM whose units are updated only while their learned clocks are open",
             .equations =
                 "p_t = fraction((t - 1) / period - shift)\n"
                 "k_t = 2 p / ratio while p < ratio / 2, 2 - 2 p / ratio while p < ratio, else "
                 "leak p\n"
                 "i_t, f_t, o_t = sigmoid(x_t W + b + h_{t-1} U), weights of their own\n"
                 "g_t = tanh(x_t W_g + b_g + h_{t-1} U_g)\n"
                 "C_t = f_t * c_{t-1} + i_t * g_t\n"
                 "c_t = k_t * C_t + (1 - k_t) * c_{t-1}\n"
                 "h_t = k_t * o_t * tanh(C_t) + (1 - k_t) * h_{t-1}",
             .source = "Neil, Pfeiffer & Liu (2016), arXiv:1610.09513, equations 6 to 9, without "
                       "peepholes; one step is one unit of time, shift counts periods",
             .config_size = sizeof(phased_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
