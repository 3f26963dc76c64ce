/* The focal loss (Lin et al. 2017, equation 4) of a softmax: cross-entropy that rows which are
 * right already count little in. Their alpha is loss.options.class_weights.
 *
 *     p_k = exp(x_k - m) / S,  l = log p_y,  q = 1 - p_y
 *     loss = -q^gamma l
 *     d loss / d x_k = (q^gamma - gamma p_y q^(gamma - 1) l) (p_k - [k = y])
 */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

typedef struct focal_config {
    double gamma;
} focal_config;

static const rondo_option options[] = {
    RONDO_REAL(focal_config, gamma, 2.0, 0.0, 100.0, 0,
               "how little rows count that are right already; 0: cross-entropy"),
    RONDO_OPTIONS_END,
};

enum { ACCURACY, CROSS_ENTROPY, METRICS };

RONDO_INLINE int64_t index_of_largest(const rondo_real *x, int64_t width)
{
    int64_t index = 0;
    for (int64_t k = 1; k < width; k++)
        if (x[k] > x[index]) index = k;
    return index;
}

RONDO_INLINE double sum_of(const rondo_real *x, int64_t width)
{
    double lanes[RONDO_LANES] = {0};
    for (int64_t k = 0; k < width; k++)
        lanes[k % RONDO_LANES] += (double)x[k];
    return rondo_lanes_total(lanes);
}

/* The class that is answered: the best of those from first_class on. */
RONDO_INLINE int64_t answer_of(const rondo_loss_tile *tile, const rondo_real *x)
{
    int64_t first = tile->first_class;
    return first + index_of_largest(x + first, tile->width - first);
}

/* q^(gamma - 1) l p_y has the limit 0 where p_y is 1 and gamma above 0. */
RONDO_INLINE double slope_of(double gamma, double l, double q)
{
    if (gamma == 0) return 1;
    if (q <= 0) return 0;
    double power = pow(q, gamma);
    return power - gamma * exp(l) * (power / q) * l;
}

/* S, and exp(x - m) in `d` where there is a gradient. */
RONDO_INLINE double sum_of_exp(const rondo_real *x, rondo_real *d, int64_t width,
                               rondo_real largest)
{
    double lanes[RONDO_LANES] = {0};
    for (int64_t k = 0; k < width; k++) {
        rondo_real e = rondo_exp(x[k] - largest);
        lanes[k % RONDO_LANES] += (double)e;
        if (d) d[k] = e;
    }
    return rondo_lanes_total(lanes);
}

RONDO_VECTORISED static void rows(const void *config, const rondo_loss_tile *tile)
{
    double gamma = ((const focal_config *)config)->gamma;
    int64_t width = tile->width;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *x = tile->prediction + r * tile->prediction_stride;
        rondo_real *d =
            tile->d_prediction ? tile->d_prediction + r * tile->prediction_stride : NULL;
        int64_t y = tile->target_class[r], answer = answer_of(tile, x);
        rondo_real largest = x[index_of_largest(x, width)];
        double wanted = (double)x[y] - (double)largest;
        double sum = sum_of_exp(x, d, width, largest);
        double l = fmin(wanted - log(sum), 0), q = -expm1(l);
        tile->loss[r] = -pow(q, gamma) * l;
        tile->metrics[r * METRICS + ACCURACY] = answer == y ? 1 : 0;
        tile->metrics[r * METRICS + CROSS_ENTROPY] = -l;
        if (!d) continue;
        double slope = slope_of(gamma, l, q);
        rondo_real scale = (rondo_real)(slope / sum);
#pragma omp simd
        for (int64_t k = 0; k < width; k++)
            d[k] *= scale;
        d[y] = (rondo_real)(-slope * q);
    }
}

RONDO_VECTORISED static void activate(const void *config, int64_t row_count, int64_t width,
                                      const rondo_real *prediction, int64_t prediction_stride,
                                      rondo_real *output, int64_t output_stride)
{
    (void)config;
    for (int64_t r = 0; r < row_count; r++) {
        const rondo_real *x = prediction + r * prediction_stride;
        rondo_real *p = output + r * output_stride, largest = x[index_of_largest(x, width)];
#pragma omp simd
        for (int64_t k = 0; k < width; k++)
            p[k] = rondo_exp(x[k] - largest);
        rondo_real scale = (rondo_real)(1 / sum_of(p, width));
#pragma omp simd
        for (int64_t k = 0; k < width; k++)
            p[k] *= scale;
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_focal;
const rondo_loss rondo_plugin_focal = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "focal",
             .summary = "cross-entropy in which rows that are right already count little, for rare "
                        "classes",
             .equations = "p_k = exp(x_k) / sum_j exp(x_j)\n"
                          "loss = -(1 - p_y)^gamma log p_y",
             .source = "Lin et al. (2017), arXiv:1708.02002, equation 4, for a softmax",
             .config_size = sizeof(focal_config), .options = options},
    .target = RONDO_TARGET_CLASS,
    .metric_count = METRICS,
    .metrics = {[ACCURACY] = {"accuracy", "1", RONDO_METRIC_MEAN, true},
                [CROSS_ENTROPY] = {"cross_entropy", "nats", RONDO_METRIC_MEAN, false}},
    .rows = rows,
    .activate = activate,
};
