/* Squared error, mean over the width of a row.
 *
 *     loss = (1 / K) sum_k (x_k - t_k)^2
 *     d loss / d x_k = (2 / K) (x_k - t_k)
 */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

enum { ROOT_MEAN_SQUARED_ERROR, MEAN_ABSOLUTE_ERROR, METRICS };

RONDO_INLINE void add_term(double *squares, double *sizes, rondo_real x, rondo_real t)
{
    double difference = (double)x - (double)t;
    *squares += difference * difference;
    *sizes += fabs(difference);
}

RONDO_INLINE void row_sums(const rondo_real *x, const rondo_real *t, int64_t width, double *squares,
                           double *sizes)
{
    double square_lanes[RONDO_LANES] = {0}, size_lanes[RONDO_LANES] = {0};
    int64_t k = 0;
    for (; k + RONDO_LANES <= width; k += RONDO_LANES) {
#pragma omp simd
        for (int l = 0; l < RONDO_LANES; l++)
            add_term(&square_lanes[l], &size_lanes[l], x[k + l], t[k + l]);
    }
    for (int l = 0; k < width; k++, l++)
        add_term(&square_lanes[l], &size_lanes[l], x[k], t[k]);
    *squares = rondo_lanes_total(square_lanes);
    *sizes = rondo_lanes_total(size_lanes);
}

RONDO_VECTORISED static void rows(const void *config, const rondo_loss_tile *tile)
{
    (void)config;
    int64_t width = tile->width;
    rondo_real factor = (rondo_real)(2 / (double)width);
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *x = tile->prediction + r * tile->prediction_stride;
        const rondo_real *t = tile->target_values + r * width;
        double squares, sizes;
        row_sums(x, t, width, &squares, &sizes);
        tile->loss[r] = squares / (double)width;
        tile->metrics[r * METRICS + MEAN_ABSOLUTE_ERROR] = sizes / (double)width;
        if (!tile->d_prediction) continue;
        rondo_real *d = tile->d_prediction + r * tile->prediction_stride;
#pragma omp simd
        for (int64_t k = 0; k < width; k++)
            d[k] = factor * (x[k] - t[k]);
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_mean_squared_error;
const rondo_loss rondo_plugin_mean_squared_error = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "mean_squared_error",
             .summary = "squared error, mean over the values of a row",
             .equations = "loss = (1 / K) sum_k (x_k - t_k)^2\n"
                          "d loss / d x_k = (2 / K) (x_k - t_k)",
             .source = "Legendre (1805)", .options = options},
    .target = RONDO_TARGET_VALUES,
    .metric_count = METRICS,
    .metrics = {[ROOT_MEAN_SQUARED_ERROR] = {"root_mean_squared_error", "1",
                                             RONDO_METRIC_ROOT_OF_LOSS, false},
                [MEAN_ABSOLUTE_ERROR] = {"mean_absolute_error", "1", RONDO_METRIC_MEAN, false}},
    .rows = rows,
    .activate = rondo_loss_identity,
};
