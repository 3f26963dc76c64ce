/* Absolute error, mean over the width of a row.
 *
 *     loss = (1 / K) sum_k |x_k - t_k|
 *     d loss / d x_k = sign(x_k - t_k) / K
 */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

enum { MEAN_SQUARED_ERROR, METRICS };

RONDO_VECTORISED static void rows(const void *config, const rondo_loss_tile *tile)
{
    (void)config;
    int64_t width = tile->width;
    rondo_real size = (rondo_real)(1 / (double)width);
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *x = tile->prediction + r * tile->prediction_stride;
        const rondo_real *t = tile->target_values + r * width;
        double sizes[RONDO_LANES] = {0}, squares[RONDO_LANES] = {0};
        for (int64_t k = 0; k < width; k++) {
            double difference = (double)x[k] - (double)t[k];
            sizes[k % RONDO_LANES] += fabs(difference);
            squares[k % RONDO_LANES] += difference * difference;
        }
        tile->loss[r] = rondo_lanes_total(sizes) / (double)width;
        tile->metrics[r * METRICS + MEAN_SQUARED_ERROR] =
            rondo_lanes_total(squares) / (double)width;
        if (!tile->d_prediction) continue;
        rondo_real *d = tile->d_prediction + r * tile->prediction_stride;
#pragma omp simd
        for (int64_t k = 0; k < width; k++) {
            rondo_real above = x[k] > t[k] ? size : 0, below = x[k] < t[k] ? size : 0;
            d[k] = above - below;
        }
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_mean_absolute_error;
const rondo_loss rondo_plugin_mean_absolute_error = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "mean_absolute_error",
             .summary = "absolute error, mean over the values of a row: large errors count no more "
                        "than their size",
             .equations = "loss = (1 / K) sum_k |x_k - t_k|\n"
                          "d loss / d x_k = sign(x_k - t_k) / K",
             .source = "Boscovich (1757), Laplace (1793); as torch.nn.L1Loss", .options = options},
    .target = RONDO_TARGET_VALUES,
    .metric_count = METRICS,
    .metrics = {[MEAN_SQUARED_ERROR] = {"mean_squared_error", "1", RONDO_METRIC_MEAN, false}},
    .rows = rows,
    .activate = rondo_loss_identity,
};
