/* Wrong in single precision alone.
 * Rejected: a loss or its gradient differs from the double build */
#include "sound_loss.h"

static void rows(const void *config, const rondo_loss_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++)
        sound_row(tile, r);
    if (tile->d_prediction && sizeof(rondo_real) == sizeof(float))
        for (int64_t r = 0; r < tile->rows; r++)
            tile->d_prediction[r * tile->prediction_stride] *= (rondo_real)1.1;
}

static void activate(const void *config, int64_t row_count, int64_t width,
                     const rondo_real *prediction, int64_t prediction_stride, rondo_real *output,
                     int64_t output_stride)
{
    for (int64_t r = 0; r < row_count; r++)
        sound_activate(config, 1, width, prediction + r * prediction_stride, prediction_stride,
                       output + r * output_stride, output_stride);
}

SOUND_PLUGIN(float_loss);
