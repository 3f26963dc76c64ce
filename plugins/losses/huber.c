/* Huber's loss (1964), mean over the width of a row: squared near the target, absolute beyond delta.
 *
 *     e_k = x_k - t_k
 *     loss = (1 / K) sum_k  e_k^2 / 2                     |e_k| <= delta
 *                           delta (|e_k| - delta / 2)     otherwise
 *     d loss / d x_k = min(max(e_k, -delta), delta) / K
 */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

typedef struct huber_config {
    double delta;
} huber_config;

static const rondo_option options[] = {
    RONDO_REAL(huber_config, delta, 1.0, 0.0, HUGE_VAL, RONDO_OPEN_LOW | RONDO_OPEN_HIGH,
               "errors beyond this count by their size, not by their square"),
    RONDO_OPTIONS_END,
};

enum { MEAN_ABSOLUTE_ERROR, MEAN_SQUARED_ERROR, METRICS };

RONDO_VECTORISED static void rows(const void *config, const rondo_loss_tile *tile)
{
    double delta = ((const huber_config *)config)->delta;
    int64_t width = tile->width;
    rondo_real limit = (rondo_real)delta, scale = (rondo_real)(1 / (double)width);
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *x = tile->prediction + r * tile->prediction_stride;
        const rondo_real *t = tile->target_values + r * width;
        double losses[RONDO_LANES] = {0}, sizes[RONDO_LANES] = {0}, squares[RONDO_LANES] = {0};
        for (int64_t k = 0; k < width; k++) {
            double size = fabs((double)x[k] - (double)t[k]);
            losses[k % RONDO_LANES] += size <= delta ? size * size / 2 : delta * (size - delta / 2);
            sizes[k % RONDO_LANES] += size;
            squares[k % RONDO_LANES] += size * size;
        }
        double *metrics = tile->metrics + r * METRICS;
        tile->loss[r] = rondo_lanes_total(losses) / (double)width;
        metrics[MEAN_ABSOLUTE_ERROR] = rondo_lanes_total(sizes) / (double)width;
        metrics[MEAN_SQUARED_ERROR] = rondo_lanes_total(squares) / (double)width;
        if (!tile->d_prediction) continue;
        rondo_real *d = tile->d_prediction + r * tile->prediction_stride;
#pragma omp simd
        for (int64_t k = 0; k < width; k++) {
            rondo_real e = x[k] - t[k];
            rondo_real low = e < -limit ? -limit : e;
            d[k] = scale * (low > limit ? limit : low);
        }
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_huber;
const rondo_loss rondo_plugin_huber = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "huber",
             .summary = "squared error near the target, absolute error beyond delta, mean over the "
                        "values of a row",
             .equations =
                 "e_k = x_k - t_k\n"
                 "loss = (1 / K) sum_k e_k^2 / 2,  beyond delta: delta (|e_k| - delta / 2)\n"
                 "d loss / d x_k = min(max(e_k, -delta), delta) / K",
             .source = "Huber (1964), Robust estimation of a location parameter; as "
                       "torch.nn.HuberLoss",
             .config_size = sizeof(huber_config), .options = options},
    .target = RONDO_TARGET_VALUES,
    .metric_count = METRICS,
    .metrics = {[MEAN_ABSOLUTE_ERROR] = {"mean_absolute_error", "1", RONDO_METRIC_MEAN, false},
                [MEAN_SQUARED_ERROR] = {"mean_squared_error", "1", RONDO_METRIC_MEAN, false}},
    .rows = rows,
    .activate = rondo_loss_identity,
};
