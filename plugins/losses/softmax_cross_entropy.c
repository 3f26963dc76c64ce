/* Cross-entropy of a softmax: one class of K a row.
 *
 *     p_k = exp(x_k - m) / S,  m = max_k x_k,  S = sum_k exp(x_k - m)
 *     loss = -log p_y = log S + m - x_y
 *     d loss / d x_k = p_k - [k = y]
 *
 * With label smoothing e (Szegedy et al. 2016) the target is (1 - e)[k = y] + e / K:
 *
 *     loss = log S + m - (1 - e) x_y - (e / K) sum_k x_k
 *
 * Subtracting m keeps exp below 1: no logit overflows.
 */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

typedef struct softmax_config {
    double label_smoothing;
} softmax_config;

static const rondo_option options[] = {
    RONDO_REAL(softmax_config, label_smoothing, 0.0, 0.0, 1.0, RONDO_OPEN_HIGH,
               "share of the target that is spread evenly over all classes"),
    RONDO_OPTIONS_END,
};

enum { ACCURACY, PERPLEXITY, BITS_PER_SYMBOL, METRICS };

RONDO_INLINE int64_t index_of_largest(const rondo_real *x, int64_t width)
{
    rondo_real largest = x[0];
#pragma omp simd reduction(max : largest)
    for (int64_t k = 0; k < width; k++)
        largest = x[k] > largest ? x[k] : largest;
    int64_t index = 0;
    while (index + 1 < width && x[index] != largest)
        index++;
    return index;
}

RONDO_INLINE double sum_of(const rondo_real *x, int64_t width)
{
    double lanes[RONDO_LANES] = {0};
    int64_t k = 0;
    for (; k + RONDO_LANES <= width; k += RONDO_LANES) {
#pragma omp simd
        for (int l = 0; l < RONDO_LANES; l++)
            lanes[l] += (double)x[k + l];
    }
    for (int l = 0; k < width; k++, l++)
        lanes[l] += (double)x[k];
    return rondo_lanes_total(lanes);
}

/* The same sum, in the same order, as of the stored exponentials. */
RONDO_INLINE double sum_of_exp(const rondo_real *x, int64_t width, rondo_real largest)
{
    double lanes[RONDO_LANES] = {0};
    int64_t k = 0;
    for (; k + RONDO_LANES <= width; k += RONDO_LANES) {
#pragma omp simd
        for (int l = 0; l < RONDO_LANES; l++)
            lanes[l] += (double)rondo_exp(x[k + l] - largest);
    }
    for (int l = 0; k < width; k++, l++)
        lanes[l] += (double)rondo_exp(x[k] - largest);
    return rondo_lanes_total(lanes);
}

RONDO_INLINE void write_exp(const rondo_real *x, rondo_real *output, int64_t width,
                            rondo_real largest)
{
#pragma omp simd
    for (int64_t k = 0; k < width; k++)
        output[k] = rondo_exp(x[k] - largest);
}

RONDO_INLINE void scale(rondo_real *x, int64_t width, double factor, double offset)
{
    rondo_real f = (rondo_real)factor, o = (rondo_real)offset;
#pragma omp simd
    for (int64_t k = 0; k < width; k++)
        x[k] = x[k] * f - o;
}

/* The class that is answered: where the best is never answered, the best of the others. */
RONDO_INLINE int64_t answer_of(const rondo_loss_tile *tile, const rondo_real *x, int64_t best)
{
    int64_t first = tile->first_class;
    return best >= first ? best : first + index_of_largest(x + first, tile->width - first);
}

RONDO_VECTORISED static void rows(const void *config, const rondo_loss_tile *tile)
{
    double smoothing = ((const softmax_config *)config)->label_smoothing;
    int64_t width = tile->width;
    double even = smoothing / (double)width;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *x = tile->prediction + r * tile->prediction_stride;
        int64_t best = index_of_largest(x, width), target = tile->target_class[r];
        int64_t answer = answer_of(tile, x, best); /* before d_prediction takes x's place */
        rondo_real largest = x[best];
        double wanted = (1 - smoothing) * ((double)x[target] - (double)largest);
        if (smoothing > 0) wanted += even * (sum_of(x, width) - (double)width * (double)largest);
        double sum;
        if (tile->d_prediction) {
            rondo_real *d = tile->d_prediction + r * tile->prediction_stride;
            write_exp(x, d, width, largest);
            sum = sum_of(d, width);
            scale(d, width, 1 / sum, even);
            d[target] -= (rondo_real)(1 - smoothing);
        } else {
            sum = sum_of_exp(x, width, largest);
        }
        tile->loss[r] = log(sum) - wanted;
        tile->metrics[r * METRICS + ACCURACY] = answer == target ? 1 : 0;
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
        write_exp(x, p, width, x[index_of_largest(x, width)]);
        scale(p, width, 1 / sum_of(p, width), 0);
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_softmax_cross_entropy;
const rondo_loss rondo_plugin_softmax_cross_entropy = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "softmax_cross_entropy",
             .summary = "cross-entropy of a softmax over K classes, in nats",
             .equations = "p_k = exp(x_k) / sum_j exp(x_j)\n"
                          "loss = -sum_k ((1 - e) [k = y] + e / K) log p_k   (e: label_smoothing)\n"
                          "d loss / d x_k = p_k - (1 - e) [k = y] - e / K",
             .source = "Bridle (1990); label smoothing Szegedy et al. (2016), arXiv:1512.00567, "
                       "section 7",
             .config_size = sizeof(softmax_config), .options = options},
    .target = RONDO_TARGET_CLASS,
    .metric_count = METRICS,
    .metrics = {[ACCURACY] = {"accuracy", "1", RONDO_METRIC_MEAN, true},
                [PERPLEXITY] = {"perplexity", "1", RONDO_METRIC_EXP_OF_LOSS, false},
                [BITS_PER_SYMBOL] = {"bits_per_symbol", "bits", RONDO_METRIC_LOSS_IN_BITS, false}},
    .rows = rows,
    .activate = activate,
};
