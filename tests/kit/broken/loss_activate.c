/* What a user would read as probabilities are logits.
 * Rejected: activate gives */
#include "sound_loss.h"

static void rows(const void *config, const rondo_loss_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++)
        sound_row(tile, r);
}

static void activate(const void *config, int64_t row_count, int64_t width,
                     const rondo_real *prediction, int64_t prediction_stride, rondo_real *output,
                     int64_t output_stride)
{
    (void)config;
    for (int64_t r = 0; r < row_count; r++) {
        for (int64_t k = 0; k < width; k++)
            output[r * output_stride + k] = prediction[r * prediction_stride + k];
    }
}

SOUND_PLUGIN(loss_activate);
