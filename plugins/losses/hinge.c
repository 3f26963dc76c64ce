/* The hinge loss of several classes (Weston & Watkins 1998): every wrong class should be a margin below
 * the right one, as torch.nn.MultiMarginLoss.
 *
 *     h_k = max(0, margin - x_y + x_k)        k != y
 *     loss = (1 / K) sum_k h_k^p              p: 1, or 2 with squared
 *     d loss / d x_k = p h_k^(p - 1) [h_k > 0] / K,   d loss / d x_y = -sum of these
 */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

typedef struct hinge_config {
    double margin;
    bool squared;
} hinge_config;

static const rondo_option options[] = {
    RONDO_REAL(hinge_config, margin, 1.0, 0.0, HUGE_VAL, RONDO_OPEN_LOW | RONDO_OPEN_HIGH,
               "how far the right class should be above the others"),
    RONDO_BOOLEAN(hinge_config, squared, 0, "add up squares of what is missing"),
    RONDO_OPTIONS_END,
};

enum { ACCURACY, METRICS };

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

RONDO_VECTORISED static void rows(const void *config, const rondo_loss_tile *tile)
{
    const hinge_config *c = config;
    int64_t width = tile->width;
    double scale = 1 / (double)width;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *x = tile->prediction + r * tile->prediction_stride;
        int64_t y = tile->target_class[r], answer = answer_of(tile, x);
        double right = (double)x[y], sum = 0, back = 0;
        rondo_real *d =
            tile->d_prediction ? tile->d_prediction + r * tile->prediction_stride : NULL;
        for (int64_t k = 0; k < width; k++) {
            double missing = c->margin - right + (double)x[k];
            double h = k == y || missing < 0 ? 0 : missing;
            double slope = h > 0 ? (c->squared ? 2 * h : 1) : 0;
            sum += c->squared ? h * h : h;
            back += slope;
            if (d) d[k] = (rondo_real)(scale * slope);
        }
        if (d) d[y] = (rondo_real)(-scale * back);
        tile->loss[r] = scale * sum;
        tile->metrics[r * METRICS + ACCURACY] = answer == y ? 1 : 0;
    }
}

/* A softmax of the scores: in their order, but no probabilities that the loss learned. */
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

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_hinge;
const rondo_loss rondo_plugin_hinge = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "hinge",
             .summary = "every wrong class a margin below the right one; probabilities shown are a "
                        "softmax of the scores",
             .equations = "h_k = max(0, margin - x_y + x_k)        k != y\n"
                          "loss = (1 / K) sum_k h_k        (squared: h_k^2)",
             .source = "Weston & Watkins (1998), Multi-class support vector machines; as "
                       "torch.nn.MultiMarginLoss",
             .config_size = sizeof(hinge_config), .options = options},
    .target = RONDO_TARGET_CLASS,
    .metric_count = METRICS,
    .metrics = {[ACCURACY] = {"accuracy", "1", RONDO_METRIC_MEAN, true}},
    .rows = rows,
    .activate = activate,
};
