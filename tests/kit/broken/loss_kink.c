/* Beyond the kink the slope is a little too large.
 * Rejected: the gradient of the prediction is wrong */
#include <math.h>
#include <string.h>

#include "rondo/loss.h"

static const rondo_option options[] = {RONDO_OPTIONS_END};

static void rows(const void *config, const rondo_loss_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *x = tile->prediction + r * tile->prediction_stride;
        const rondo_real *y = tile->target_values + r * tile->width;
        double loss = 0;
        for (int64_t k = 0; k < tile->width; k++) {
            double distance = (double)(x[k] - y[k]);
            bool is_near = fabs(distance) <= 1;
            loss += is_near ? distance * distance / 2 : fabs(distance) - 0.5;
            if (tile->d_prediction)
                tile->d_prediction[r * tile->prediction_stride + k] =
                    is_near ? (rondo_real)distance : (rondo_real)(distance > 0 ? 1.001 : -1.001);
        }
        tile->loss[r] = loss;
    }
}

static void activate(const void *config, int64_t row_count, int64_t width,
                     const rondo_real *prediction, int64_t prediction_stride, rondo_real *output,
                     int64_t output_stride)
{
    (void)config;
    for (int64_t r = 0; r < row_count; r++)
        memmove(output + r * output_stride, prediction + r * prediction_stride,
                (size_t)width * sizeof *output);
}

RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_loss_kink;
const rondo_loss rondo_plugin_loss_kink = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = "loss_kink",
             .summary = "a test", .equations = "loss = d^2 / 2, or |d| - 1/2 for |d| > 1",
             .source = "tests/kit/broken", .options = options},
    .target = RONDO_TARGET_VALUES,
    .rows = rows,
    .activate = activate};
