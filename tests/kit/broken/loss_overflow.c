/* exp overflows for large logits.
 * Rejected: the loss of a row is not finite (large predictions) */
#include "sound_loss.h"

static void rows(const void *config, const rondo_loss_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++) {
        const rondo_real *x = tile->prediction + r * tile->prediction_stride;
        double sum = 0, target = (double)x[tile->target_class[r]];
        for (int64_t k = 0; k < tile->width; k++)
            sum += exp((double)x[k]);
        sound_row(tile, r);
        tile->loss[r] = log(sum) - target;
    }
}

static void activate(const void *config, int64_t row_count, int64_t width,
                     const rondo_real *prediction, int64_t prediction_stride, rondo_real *output,
                     int64_t output_stride)
{
    sound_activate(config, row_count, width, prediction, prediction_stride, output, output_stride);
}

SOUND_PLUGIN(loss_overflow);
