/* Linear recurrent unit, LRU (Orvieto, Smith, Gu, Fernando, Gulcehre, Pascanu & De 2023,
 * arXiv:2303.06349, sections 3.2 to 3.4 and appendix A): a linear recurrence whose transition is
 * diagonal and complex, written with real numbers, s = re + i im.
 *
 *     lambda = exp(-exp(nu_log) + i exp(theta_log))                     one of each unit's own
 *     s_t = lambda * s_{t-1} + exp(gamma_log) * (x_t B_re + i x_t B_im)
 *     y_t = phi(Re(s_t C) + x_t D) = phi(re_t C_re - im_t C_im + x_t D)
 *
 * phi is the identity, with which a layer is linear, or gelu in its tanh form, which the paper has
 * behind a layer. Three stages, one a source: none, re_t, im_t. The tape holds x_t B; the gate block
 * of the output keeps what phi is taken of. Back, with a = exp(-exp(nu_log)), lambda = l_r + i l_i
 * and g = exp(gamma_log):
 *
 *     do = dy phi'     d(x D) = d(re C_re) = do     d(im C_im) = -do
 *     dre, dim: complete gradients of re_t and im_t
 *     dre_{t-1} += l_r dre + l_i dim    dim_{t-1} += l_r dim - l_i dre    d(x B) = g (dre, dim)
 *     dl_r = sum dre re_{t-1} + dim im_{t-1}    dl_i = sum dim re_{t-1} - dre im_{t-1}
 *     dnu_log = -exp(nu_log) (l_r dl_r + l_i dl_i)    dtheta_log = exp(theta_log) (l_r dl_i - l_i dl_r)
 *     dgamma_log = sum g (dre x B_re + dim x B_im)
 */
#include <math.h>

#include "rondo/cell.h"
#include "rondo/pointwise.h"

enum { OUTPUT, REAL, IMAGINARY };
enum { FROM_REAL, FROM_IMAGINARY };                            /* intermediates */
enum { INPUT_REAL, INPUT_IMAGINARY, OUT, OUT_FROM_IMAGINARY }; /* gate blocks */
enum { NU, THETA, GAMMA, PARAMETERS };
enum { INPUTS_REAL, INPUTS_IMAGINARY, TAPE };
enum { IDENTITY, GELU };
enum { AT_ONCE = 64 };

typedef struct lru_config {
    double r_min;
    double r_max;
    double max_phase;
    int activation;
} lru_config;

static const char *const activations[] = {"identity", "gelu", NULL};

static const rondo_option options[] = {
    RONDO_REAL(lru_config, r_min, 0.0, 0.0, 1.0, RONDO_OPEN_HIGH,
               "where |lambda| starts: between r_min and r_max"),
    RONDO_REAL(lru_config, r_max, 1.0, 0.0, 1.0, RONDO_OPEN_LOW,
               "the largest |lambda| at the start"),
    RONDO_REAL(lru_config, max_phase, 6.283185307179586, 0.0, 6.283185307179586, RONDO_OPEN_LOW,
               "the largest angle of lambda at the start"),
    RONDO_CHOICE(lru_config, activation, IDENTITY, activations, "function of the output"),
    RONDO_OPTIONS_END,
};

/* Of some units: lambda and g. */
typedef struct transition {
    rondo_real real[AT_ONCE], imaginary[AT_ONCE], gain[AT_ONCE];
} transition;

RONDO_INLINE void transition_of(const rondo_cell_tile *tile, int64_t first, int64_t count,
                                transition *l)
{
    const rondo_real *nu = tile->unit_parameters[NU] + first;
    const rondo_real *theta = tile->unit_parameters[THETA] + first;
    const rondo_real *gamma = tile->unit_parameters[GAMMA] + first;
#pragma omp simd
    for (int64_t u = 0; u < count; u++) {
        rondo_real size = rondo_exp(-rondo_exp(nu[u])), angle = rondo_exp(theta[u]);
        l->real[u] = size * rondo_cos(angle);
        l->imaginary[u] = size * rondo_sin(angle);
        l->gain[u] = rondo_exp(gamma[u]);
    }
}

RONDO_INLINE int64_t units_from(const rondo_cell_tile *tile, int64_t first)
{
    return tile->units - first < AT_ONCE ? tile->units - first : AT_ONCE;
}

RONDO_VECTORISED static void state_forward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t first = 0; first < tile->units; first += AT_ONCE) {
        int64_t count = units_from(tile, first);
        transition l;
        transition_of(tile, first, count, &l);
        for (int64_t row = 0; row < tile->rows; row++) {
            const rondo_real *b_re = rondo_tile_gate(tile, row, INPUT_REAL) + first;
            const rondo_real *b_im = rondo_tile_gate(tile, row, INPUT_IMAGINARY) + first;
            const rondo_real *re_before = rondo_tile_previous(tile, row, REAL) + first;
            const rondo_real *im_before = rondo_tile_previous(tile, row, IMAGINARY) + first;
            rondo_real *re = rondo_tile_state(tile, row, REAL) + first;
            rondo_real *im = rondo_tile_state(tile, row, IMAGINARY) + first;
            rondo_real *re_copy = rondo_tile_intermediate(tile, row, FROM_REAL) + first;
            rondo_real *im_copy = rondo_tile_intermediate(tile, row, FROM_IMAGINARY) + first;
            rondo_real *kept_re = rondo_tile_tape(tile, row, INPUTS_REAL) + first;
            rondo_real *kept_im = rondo_tile_tape(tile, row, INPUTS_IMAGINARY) + first;
#pragma omp simd
            for (int64_t u = 0; u < count; u++) {
                kept_re[u] = b_re[u];
                kept_im[u] = b_im[u];
                re[u] = re_copy[u] =
                    l.real[u] * re_before[u] - l.imaginary[u] * im_before[u] + l.gain[u] * b_re[u];
                im[u] = im_copy[u] =
                    l.real[u] * im_before[u] + l.imaginary[u] * re_before[u] + l.gain[u] * b_im[u];
            }
        }
    }
}

RONDO_VECTORISED static void state_backward(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    for (int64_t first = 0; first < tile->units; first += AT_ONCE) {
        int64_t count = units_from(tile, first);
        transition l;
        transition_of(tile, first, count, &l);
        for (int64_t row = 0; row < tile->rows; row++) {
            rondo_real *b_re = rondo_tile_gate(tile, row, INPUT_REAL) + first;
            rondo_real *b_im = rondo_tile_gate(tile, row, INPUT_IMAGINARY) + first;
            const rondo_real *d_re = rondo_tile_d_state(tile, row, REAL) + first;
            const rondo_real *d_im = rondo_tile_d_state(tile, row, IMAGINARY) + first;
            const rondo_real *d_re_copy = rondo_tile_d_intermediate(tile, row, FROM_REAL) + first;
            const rondo_real *d_im_copy =
                rondo_tile_d_intermediate(tile, row, FROM_IMAGINARY) + first;
            rondo_real *d_re_before = rondo_tile_d_previous(tile, row, REAL) + first;
            rondo_real *d_im_before = rondo_tile_d_previous(tile, row, IMAGINARY) + first;
#pragma omp simd
            for (int64_t u = 0; u < count; u++) {
                rondo_real re = d_re[u] + d_re_copy[u], im = d_im[u] + d_im_copy[u];
                d_re_before[u] += l.real[u] * re + l.imaginary[u] * im;
                d_im_before[u] += l.real[u] * im - l.imaginary[u] * re;
                b_re[u] = l.gain[u] * re;
                b_im[u] = l.gain[u] * im;
            }
        }
    }
}

static const rondo_real gelu_scale = (rondo_real)0.7978845608028654; /* sqrt(2 / pi) */
static const rondo_real gelu_cubic = (rondo_real)0.044715;

RONDO_INLINE rondo_real gelu(rondo_real x)
{
    rondo_real half = (rondo_real)0.5;
    return half * x * (1 + rondo_tanh(gelu_scale * (x + gelu_cubic * x * x * x)));
}

RONDO_INLINE rondo_real gelu_slope(rondo_real x)
{
    rondo_real half = (rondo_real)0.5;
    rondo_real t = rondo_tanh(gelu_scale * (x + gelu_cubic * x * x * x));
    return half * (1 + t) +
           half * x * rondo_tanh_slope(t) * gelu_scale * (1 + 3 * gelu_cubic * x * x);
}

RONDO_VECTORISED static void output_forward(const void *config, const rondo_cell_tile *tile)
{
    const lru_config *c = config;
    bool is_gelu = c->activation == GELU;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *out = rondo_tile_gate(tile, row, OUT);
        const rondo_real *from_imaginary = rondo_tile_gate(tile, row, OUT_FROM_IMAGINARY);
        rondo_real *y = rondo_tile_state(tile, row, OUTPUT);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            out[u] -= from_imaginary[u];
            y[u] = is_gelu ? gelu(out[u]) : out[u];
        }
    }
}

RONDO_VECTORISED static void output_backward(const void *config, const rondo_cell_tile *tile)
{
    const lru_config *c = config;
    bool is_gelu = c->activation == GELU;
    for (int64_t row = 0; row < tile->rows; row++) {
        rondo_real *out = rondo_tile_gate(tile, row, OUT);
        rondo_real *from_imaginary = rondo_tile_gate(tile, row, OUT_FROM_IMAGINARY);
        const rondo_real *dy = rondo_tile_d_state(tile, row, OUTPUT);
#pragma omp simd
        for (int64_t u = 0; u < tile->units; u++) {
            out[u] = is_gelu ? dy[u] * gelu_slope(out[u]) : dy[u];
            from_imaginary[u] = -out[u];
        }
    }
}

/* Backward left g (dre, dim) in the gate blocks; with g = 0 nothing comes in, and no state is. */
RONDO_VECTORISED static void unit_parameter_gradient(const void *config,
                                                     const rondo_cell_tile *tile,
                                                     rondo_real *const *d_unit_parameters)
{
    (void)config;
    for (int64_t first = 0; first < tile->units; first += AT_ONCE) {
        int64_t count = units_from(tile, first);
        transition l;
        transition_of(tile, first, count, &l);
        const rondo_real *nu = tile->unit_parameters[NU] + first;
        const rondo_real *theta = tile->unit_parameters[THETA] + first;
        rondo_real *d_nu = d_unit_parameters[NU] + first;
        rondo_real *d_theta = d_unit_parameters[THETA] + first;
        rondo_real *d_gamma = d_unit_parameters[GAMMA] + first;
        for (int64_t row = 0; row < tile->rows; row++) {
            const rondo_real *d_b_re = rondo_tile_gate(tile, row, INPUT_REAL) + first;
            const rondo_real *d_b_im = rondo_tile_gate(tile, row, INPUT_IMAGINARY) + first;
            const rondo_real *b_re = rondo_tile_tape(tile, row, INPUTS_REAL) + first;
            const rondo_real *b_im = rondo_tile_tape(tile, row, INPUTS_IMAGINARY) + first;
            const rondo_real *re_before = rondo_tile_previous(tile, row, REAL) + first;
            const rondo_real *im_before = rondo_tile_previous(tile, row, IMAGINARY) + first;
#pragma omp simd
            for (int64_t u = 0; u < count; u++) {
                rondo_real inverse = l.gain[u] > 0 ? 1 / l.gain[u] : 0;
                rondo_real d_re = d_b_re[u] * inverse, d_im = d_b_im[u] * inverse;
                rondo_real d_real = d_re * re_before[u] + d_im * im_before[u];
                rondo_real d_imaginary = d_im * re_before[u] - d_re * im_before[u];
                d_nu[u] -= rondo_exp(nu[u]) * (l.real[u] * d_real + l.imaginary[u] * d_imaginary);
                d_theta[u] +=
                    rondo_exp(theta[u]) * (l.real[u] * d_imaginary - l.imaginary[u] * d_real);
                d_gamma[u] += d_b_re[u] * b_re[u] + d_b_im[u] * b_im[u];
            }
        }
    }
}

/* |lambda|^2 starts evenly between r_min^2 and r_max^2, unit after unit: uniform on the ring of the
 * complex plane with a random angle (lemma 3.2), and what gamma starts with follows from the unit. */
static double squared_size(const lru_config *c, int64_t unit, int64_t hidden)
{
    double low = c->r_min * c->r_min, high = c->r_max * c->r_max;
    return fmax(low + (high - low) * ((double)unit + 0.5) / (double)hidden, 1e-30);
}

static double start_nu(const void *config, int64_t unit, int64_t hidden, double random)
{
    (void)random;
    return log(-0.5 * log(squared_size(config, unit, hidden)));
}

static double start_theta(const void *config, int64_t unit, int64_t hidden, double random)
{
    const lru_config *c = config;
    (void)unit;
    (void)hidden;
    return log(c->max_phase * (1 - random));
}

static double start_gamma(const void *config, int64_t unit, int64_t hidden, double random)
{
    (void)random;
    return 0.5 * log1p(-squared_size(config, unit, hidden));
}

static void plan(const void *config, rondo_cell_plan *plan)
{
    const lru_config *c = config;
    if (c->r_min > c->r_max)
        plan->refusal = "r_min is above r_max: write a smaller r_min, or a larger r_max";
    plan->state_count = 3;
    plan->states[OUTPUT] = "output";
    plan->states[REAL] = "real";
    plan->states[IMAGINARY] = "imaginary";
    plan->intermediate_count = 2;
    plan->intermediates[FROM_REAL] = "real";
    plan->intermediates[FROM_IMAGINARY] = "imaginary";
    plan->tape_count = TAPE;
    plan->stage_count = 3;
    plan->stages[0] =
        (rondo_cell_stage){.source = RONDO_SOURCE_NONE,
                           .gate_count = 2,
                           .gates = {{.name = "input_real", .flags = RONDO_GATE_NO_BIAS},
                                     {.name = "input_imaginary", .flags = RONDO_GATE_NO_BIAS}},
                           .forward = state_forward,
                           .backward = state_backward};
    plan->stages[1] = (rondo_cell_stage){.source = RONDO_SOURCE_INTERMEDIATE(FROM_REAL),
                                         .gate_count = 1,
                                         .gates = {{.name = "output", .flags = RONDO_GATE_NO_BIAS}},
                                         .forward = rondo_cell_no_work,
                                         .backward = rondo_cell_no_work};
    plan->stages[2] =
        (rondo_cell_stage){.source = RONDO_SOURCE_INTERMEDIATE(FROM_IMAGINARY),
                           .gate_count = 1,
                           .gates = {{.name = "output_from_imaginary",
                                      .flags = RONDO_GATE_NO_INPUT | RONDO_GATE_NO_BIAS}},
                           .forward = output_forward,
                           .backward = output_backward};
    plan->unit_parameter_count = PARAMETERS;
    plan->unit_parameters[NU] =
        (rondo_cell_unit_parameter){.name = "nu_log", .unit_start = start_nu};
    plan->unit_parameters[THETA] =
        (rondo_cell_unit_parameter){.name = "theta_log", .unit_start = start_theta};
    plan->unit_parameters[GAMMA] =
        (rondo_cell_unit_parameter){.name = "gamma_log", .unit_start = start_gamma};
}

RONDO_PLUGIN_EXPORT extern const rondo_cell rondo_plugin_lru;
const rondo_cell rondo_plugin_lru = {
    .head =
        {RONDO_PLUGIN_HEAD(RONDO_KIND_CELL, rondo_cell), .name = "lru",
         .summary = "linear recurrence with a complex diagonal, in real numbers (LRU)",
         .equations =
             "lambda = exp(-exp(nu_log) + i exp(theta_log))\n"
             "re_t = Re(lambda) * re_{t-1} - Im(lambda) * im_{t-1} + exp(gamma_log) * (x_t B_re)\n"
             "im_t = Re(lambda) * im_{t-1} + Im(lambda) * re_{t-1} + exp(gamma_log) * (x_t B_im)\n"
             "y_t = phi(re_t C_re - im_t C_im + x_t D)",
         .source = "Orvieto et al. (2023), Resurrecting recurrent neural networks for long "
                   "sequences, arXiv:2303.06349, sections 3.2 to 3.4 and appendix A",
         .config_size = sizeof(lru_config), .options = options},
    .plan = plan,
    .unit_parameter_gradient = unit_parameter_gradient,
};
