/* Cross-entropy of independent sigmoids: K targets in [0, 1] a row, summed over the row.
 *
 *     loss = sum_k softplus(x_k) - t_k x_k,   softplus(x) = log(1 + exp x)
 *     d loss / d x_k = sigmoid(x_k) - t_k
 *
 * which is -t log s - (1 - t) log(1 - s) with s = sigmoid(x), without s ever reaching 0 or 1.
 */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

enum { ACCURACY, FRAME_ACCURACY, FRAME_WHOLE, METRICS };

/* max(x, 0) - t x is taken together, in double: it is where large logits cancel. */
RONDO_INLINE double term(rondo_real x, rondo_real t)
{
    double large = (double)(x > 0 ? x : 0) - (double)t * (double)x;
    rondo_real away = x > 0 ? -x : x;
    return large + (double)rondo_softplus(away);
}

RONDO_INLINE double row_loss(const rondo_real *x, const rondo_real *t, int64_t width)
{
    double lanes[RONDO_LANES] = {0};
    int64_t k = 0;
    for (; k + RONDO_LANES <= width; k += RONDO_LANES) {
#pragma omp simd
        for (int l = 0; l < RONDO_LANES; l++)
            lanes[l] += term(x[k + l], t[k + l]);
    }
    for (int l = 0; k < width; k++, l++)
        lanes[l] += term(x[k], t[k]);
    return rondo_lanes_total(lanes);
}

/* A yes is a probability above 1/2. Frame-level accuracy TP / (TP + FP + FN) is of all rows
 * together: Bay, Ehmann & Downie (2009), Evaluation of multiple-F0 estimation and tracking systems,
 * ISMIR. */
RONDO_INLINE void count_answers(const rondo_real *x, const rondo_real *t, int64_t width,
                                double *metrics)
{
    int64_t right = 0, hits = 0, whole = 0;
    for (int64_t k = 0; k < width; k++) {
        bool yes = x[k] > 0, wanted = t[k] > (rondo_real)0.5;
        right += yes == wanted;
        hits += yes && wanted;
        whole += yes || wanted;
    }
    metrics[ACCURACY] = (double)right / (double)width;
    metrics[FRAME_ACCURACY] = (double)hits;
    metrics[FRAME_WHOLE] = (double)whole;
}

RONDO_VECTORISED static void rows(const void *config, const rondo_loss_tile *tile)
{
    (void)config;
    int64_t width = tile->width;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *x = tile->prediction + r * tile->prediction_stride;
        const rondo_real *t = tile->target_values + r * width;
        tile->loss[r] = row_loss(x, t, width);
        count_answers(x, t, width, tile->metrics + r * METRICS);
        if (!tile->d_prediction) continue;
        rondo_real *d = tile->d_prediction + r * tile->prediction_stride;
#pragma omp simd
        for (int64_t k = 0; k < width; k++)
            d[k] = rondo_sigmoid(x[k]) - t[k];
    }
}

RONDO_VECTORISED static void activate(const void *config, int64_t row_count, int64_t width,
                                      const rondo_real *prediction, int64_t prediction_stride,
                                      rondo_real *output, int64_t output_stride)
{
    (void)config;
    for (int64_t r = 0; r < row_count; r++) {
        const rondo_real *x = prediction + r * prediction_stride;
        rondo_real *p = output + r * output_stride;
#pragma omp simd
        for (int64_t k = 0; k < width; k++)
            p[k] = rondo_sigmoid(x[k]);
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_sigmoid_cross_entropy;
const rondo_loss rondo_plugin_sigmoid_cross_entropy = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "sigmoid_cross_entropy",
             .summary = "cross-entropy of K independent yes-or-no targets, summed over a row, in "
                        "nats",
             .equations = "s_k = 1 / (1 + exp(-x_k))\n"
                          "loss = -sum_k t_k log s_k + (1 - t_k) log(1 - s_k)\n"
                          "d loss / d x_k = s_k - t_k\n"
                          "frame_accuracy = TP / (TP + FP + FN) over all rows",
             .source = "Boulanger-Lewandowski, Bengio & Vincent (2012), arXiv:1206.6392, for "
                       "frames of music",
             .options = options},
    .target = RONDO_TARGET_BINARY,
    .metric_count = METRICS,
    .metrics = {[ACCURACY] = {"accuracy", "1", RONDO_METRIC_MEAN, true},
                [FRAME_ACCURACY] = {"frame_accuracy", "1", RONDO_METRIC_RATIO, true},
                [FRAME_WHOLE] = {"frame_whole", "1", RONDO_METRIC_WHOLE, true}},
    .rows = rows,
    .activate = activate,
};
