/* A loss as plugins were written for revision 0 of version 2, whose headers are in include/: cross-entropy of
 * a softmax, with a share of its square added. */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

typedef struct older_config {
    double square;
} older_config;

static const rondo_option options[] = {
    RONDO_REAL(older_config, square, 0.1, 0.0, 1.0, 0, "share of the square"),
    RONDO_OPTIONS_END,
};

static rondo_real largest_of(const rondo_real *x, int64_t width)
{
    rondo_real largest = x[0];
    for (int64_t k = 1; k < width; k++)
        largest = x[k] > largest ? x[k] : largest;
    return largest;
}

static void row_of(const older_config *c, const rondo_loss_tile *tile, int64_t r)
{
    const rondo_real *x = tile->prediction + r * tile->prediction_stride;
    rondo_real largest = largest_of(x, tile->width);
    double target = (double)x[tile->target_class[r]], sum = 0;
    for (int64_t k = 0; k < tile->width; k++)
        sum += (double)rondo_exp(x[k] - largest);
    double loss = log(sum) + (double)largest - target;
    double slope = 1 + 2 * c->square * loss;
    tile->loss[r] = loss + c->square * loss * loss;
    tile->metrics[r] = (double)largest > target ? 0 : 1;
    if (!tile->d_prediction) return;
    rondo_real *d = tile->d_prediction + r * tile->prediction_stride;
    for (int64_t k = 0; k < tile->width; k++)
        d[k] = (rondo_real)(slope * (double)rondo_exp(x[k] - largest) / sum);
    d[tile->target_class[r]] -= (rondo_real)slope;
}

RONDO_VECTORISED static void rows(const void *config, const rondo_loss_tile *tile)
{
    for (int64_t r = 0; r < tile->rows; r++)
        row_of(config, tile, r);
}

static void activate(const void *config, int64_t row_count, int64_t width,
                     const rondo_real *prediction, int64_t prediction_stride, rondo_real *output,
                     int64_t output_stride)
{
    (void)config;
    for (int64_t r = 0; r < row_count; r++) {
        const rondo_real *x = prediction + r * prediction_stride;
        rondo_real *p = output + r * output_stride;
        rondo_real largest = largest_of(x, width), sum = 0;
        for (int64_t k = 0; k < width; k++)
            sum += rondo_exp(x[k] - largest);
        for (int64_t k = 0; k < width; k++)
            p[k] = rondo_exp(x[k] - largest) / sum;
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_older_loss;
const rondo_loss rondo_plugin_older_loss = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "older_loss",
             .summary = "a test", .equations = "loss = l + square l^2, l = -log p_y",
             .source = "tests/kit/abi2_0", .config_size = sizeof(older_config), .options = options},
    .target = RONDO_TARGET_CLASS,
    .metric_count = 1,
    .metrics = {{"accuracy", "1", RONDO_METRIC_MEAN, true}},
    .rows = rows,
    .activate = activate};
