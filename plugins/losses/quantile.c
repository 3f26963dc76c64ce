/* The quantile (pinball) loss (Koenker & Bassett 1978) of several quantiles at once: for each value of a
 * target T predictions, one of every level q, part by part.
 *
 *     e = t_k - x_qk
 *     loss = (1 / (Q K)) sum_q sum_k max(q e, (q - 1) e)
 *     d loss / d x_qk = ([e < 0] - q) / (Q K)             0 where e is 0
 *
 * Nothing keeps the quantiles of a value in order.
 */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

typedef struct quantile_config {
    rondo_reals levels;
} quantile_config;

static const rondo_option options[] = {
    RONDO_REAL_LIST(
        quantile_config, levels, "0.1, 0.5, 0.9", 0.0, 1.0, RONDO_OPEN_LOW | RONDO_OPEN_HIGH,
        "which quantiles of a value are predicted; the one nearest to 0.5 is the answer in "
        "errors of forecasts"),
    RONDO_OPTIONS_END,
};

enum { MEAN_ABSOLUTE_ERROR, COVERAGE, METRICS };

/* Indices of the lowest and the highest level, and of the one that stands for all. */
typedef struct chosen {
    int64_t low, high, middle;
} chosen;

RONDO_INLINE chosen choose(const rondo_reals *levels)
{
    chosen c = {0, 0, 0};
    for (int64_t q = 1; q < levels->count; q++) {
        double level = levels->values[q];
        if (level < levels->values[c.low]) c.low = q;
        if (level > levels->values[c.high]) c.high = q;
        if (fabs(level - 0.5) < fabs(levels->values[c.middle] - 0.5)) c.middle = q;
    }
    return c;
}

/* One quantile of a row. */
RONDO_INLINE double part_loss(const rondo_real *x, const rondo_real *t, int64_t width, double level)
{
    double lanes[RONDO_LANES] = {0};
    for (int64_t k = 0; k < width; k++) {
        double e = (double)t[k] - (double)x[k];
        lanes[k % RONDO_LANES] += e < 0 ? (level - 1) * e : level * e;
    }
    return rondo_lanes_total(lanes);
}

RONDO_INLINE void part_gradient(const rondo_real *x, const rondo_real *t, rondo_real *d,
                                int64_t width, double level, double scale)
{
    rondo_real above = (rondo_real)((1 - level) * scale), below = (rondo_real)(level * scale);
#pragma omp simd
    for (int64_t k = 0; k < width; k++) {
        rondo_real up = x[k] > t[k] ? above : 0, down = x[k] < t[k] ? below : 0;
        d[k] = up - down;
    }
}

RONDO_INLINE void row_metrics(const chosen *c, const rondo_real *x, const rondo_real *t,
                              int64_t width, double *metrics)
{
    double sizes[RONDO_LANES] = {0};
    int64_t inside = 0;
    for (int64_t k = 0; k < width; k++) {
        sizes[k % RONDO_LANES] += fabs((double)t[k] - (double)x[c->middle * width + k]);
        inside += t[k] >= x[c->low * width + k] && t[k] <= x[c->high * width + k];
    }
    metrics[MEAN_ABSOLUTE_ERROR] = rondo_lanes_total(sizes) / (double)width;
    metrics[COVERAGE] = (double)inside / (double)width;
}

RONDO_VECTORISED static void rows(const void *config, const rondo_loss_tile *tile)
{
    const rondo_reals *levels = &((const quantile_config *)config)->levels;
    const chosen c = choose(levels);
    int64_t width = tile->target_width;
    double scale = 1 / (double)tile->width;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *x = tile->prediction + r * tile->prediction_stride;
        const rondo_real *t = tile->target_values + r * width;
        double sum = 0;
        for (int64_t q = 0; q < levels->count; q++)
            sum += part_loss(x + q * width, t, width, levels->values[q]);
        tile->loss[r] = scale * sum;
        row_metrics(&c, x, t, width, tile->metrics + r * METRICS);
        if (!tile->d_prediction) continue;
        rondo_real *d = tile->d_prediction + r * tile->prediction_stride;
        for (int64_t q = 0; q < levels->count; q++)
            part_gradient(x + q * width, t, d + q * width, width, levels->values[q], scale);
    }
}

static int64_t parts(const void *config)
{
    return ((const quantile_config *)config)->levels.count;
}

static void part(const void *config, int64_t i, rondo_loss_part *part)
{
    part->name = "quantile";
    part->has_number = true;
    part->number = ((const quantile_config *)config)->levels.values[i];
}

static void answer(const void *config, int64_t row_count, int64_t width,
                   const rondo_real *prediction, int64_t prediction_stride, rondo_real *output,
                   int64_t output_stride)
{
    const chosen c = choose(&((const quantile_config *)config)->levels);
    for (int64_t r = 0; r < row_count; r++)
        for (int64_t k = 0; k < width; k++)
            output[r * output_stride + k] =
                prediction[r * prediction_stride + c.middle * width + k];
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_quantile;
const rondo_loss rondo_plugin_quantile = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "quantile",
             .summary = "several quantiles of every value at once, by their pinball losses",
             .equations = "e = t_k - x_qk                        x_qk: quantile q of value k\n"
                          "loss = (1 / (Q K)) sum_q sum_k max(q e, (q - 1) e)\n"
                          "d loss / d x_qk = ([e < 0] - q) / (Q K)\n"
                          "coverage: share of targets between the lowest and the highest quantile",
             .source = "Koenker & Bassett (1978), Regression quantiles; for forecasts Wen et al. "
                       "(2017), arXiv:1711.11053, section 3.1",
             .config_size = sizeof(quantile_config), .options = options},
    .target = RONDO_TARGET_VALUES,
    .metric_count = METRICS,
    .metrics = {[MEAN_ABSOLUTE_ERROR] = {"mean_absolute_error", "1", RONDO_METRIC_MEAN, false},
                [COVERAGE] = {"coverage", "1", RONDO_METRIC_MEAN, true}},
    .rows = rows,
    .activate = rondo_loss_identity,
    .parts = parts,
    .part = part,
    .answer = answer,
};
