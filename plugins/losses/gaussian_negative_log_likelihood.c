/* A normal distribution for every value of a target (Nix & Weigend 1994): a prediction is the means of
 * all values, then what their variances come from.
 *
 *     s_k = log(1 + exp a_k) + minimum_variance           the variance
 *     loss = (1 / K) sum_k (log(2 pi s_k) + (x_k - t_k)^2 / s_k) / 2
 *     d loss / d x_k = (x_k - t_k) / s_k / K
 *     d loss / d a_k = (1 - (x_k - t_k)^2 / s_k) / (2 s_k) sigmoid(a_k) / K
 */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

typedef struct gaussian_config {
    double minimum_variance;
} gaussian_config;

static const rondo_option options[] = {
    RONDO_REAL(gaussian_config, minimum_variance, 1e-6, 0.0, 1.0, RONDO_OPEN_LOW,
               "no variance is smaller, in units of the standardised targets"),
    RONDO_OPTIONS_END,
};

enum { MEAN_ABSOLUTE_ERROR, MEAN_SQUARED_ERROR, METRICS };
enum { PARTS = 2 };

static const double two_pi = 6.283185307179586476925286766559;

RONDO_INLINE double variance_of(rondo_real a, double least)
{
    double x = (double)a;
    return (x > 0 ? x : 0) + log1p(exp(-fabs(x))) + least;
}

RONDO_INLINE void value_gradient(double e, rondo_real a, double variance, double scale,
                                 rondo_real *d_mean, rondo_real *d_spread)
{
    double slope = (double)rondo_sigmoid(a);
    *d_mean = (rondo_real)(scale * e / variance);
    *d_spread = (rondo_real)(scale * (1 - e * e / variance) / (2 * variance) * slope);
}

static void rows(const void *config, const rondo_loss_tile *tile)
{
    double least = ((const gaussian_config *)config)->minimum_variance;
    int64_t width = tile->target_width;
    double scale = 1 / (double)width;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *x = tile->prediction + r * tile->prediction_stride, *a = x + width;
        const rondo_real *t = tile->target_values + r * width;
        double loss = 0, sizes = 0, squares = 0;
        for (int64_t k = 0; k < width; k++) {
            double e = (double)x[k] - (double)t[k], variance = variance_of(a[k], least);
            loss += (log(two_pi * variance) + e * e / variance) / 2;
            sizes += fabs(e);
            squares += e * e;
            if (!tile->d_prediction) continue;
            rondo_real *d = tile->d_prediction + r * tile->prediction_stride + k;
            value_gradient(e, a[k], variance, scale, &d[0], &d[width]);
        }
        tile->loss[r] = scale * loss;
        tile->metrics[r * METRICS + MEAN_ABSOLUTE_ERROR] = scale * sizes;
        tile->metrics[r * METRICS + MEAN_SQUARED_ERROR] = scale * squares;
    }
}

/* Means, then standard deviations. */
static void activate(const void *config, int64_t row_count, int64_t width,
                     const rondo_real *prediction, int64_t prediction_stride, rondo_real *output,
                     int64_t output_stride)
{
    double least = ((const gaussian_config *)config)->minimum_variance;
    for (int64_t r = 0; r < row_count; r++) {
        const rondo_real *x = prediction + r * prediction_stride;
        rondo_real *to = output + r * output_stride;
        for (int64_t k = 0; k < width; k++)
            to[k] = k < width / PARTS ? x[k] : (rondo_real)sqrt(variance_of(x[k], least));
    }
}

static int64_t parts(const void *config)
{
    (void)config;
    return PARTS;
}

static void part(const void *config, int64_t i, rondo_loss_part *part)
{
    (void)config;
    part->name = i == 0 ? "mean" : "deviation";
    part->is_spread = i == 1;
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_gaussian_negative_log_likelihood;
const rondo_loss rondo_plugin_gaussian_negative_log_likelihood = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss),
             .name = "gaussian_negative_log_likelihood",
             .summary = "a normal distribution, mean and deviation, for every value, by its "
                        "likelihood in nats",
             .equations = "s_k = log(1 + exp a_k) + minimum_variance      the variance\n"
                          "loss = (1 / K) sum_k (log(2 pi s_k) + (x_k - t_k)^2 / s_k) / 2",
             .source = "Nix & Weigend (1994), Estimating the mean and variance of the target "
                       "probability distribution; for forecasts Salinas et al. (2020), "
                       "arXiv:1704.04110, equation 3; as torch.nn.GaussianNLLLoss with full=True",
             .config_size = sizeof(gaussian_config), .options = options},
    .target = RONDO_TARGET_VALUES,
    .metric_count = METRICS,
    .metrics = {[MEAN_ABSOLUTE_ERROR] = {"mean_absolute_error", "1", RONDO_METRIC_MEAN, false},
                [MEAN_SQUARED_ERROR] = {"mean_squared_error", "1", RONDO_METRIC_MEAN, false}},
    .rows = rows,
    .activate = activate,
    .parts = parts,
    .part = part,
    .answer = rondo_loss_identity,
};
