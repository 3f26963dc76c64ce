/* A ratio has no whole behind it.
 * Rejected: metric accuracy: a ratio and its whole stand one behind the other */
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
    sound_activate(config, row_count, width, prediction, prediction_stride, output, output_stride);
}

SOUND_PLUGIN_RULE(loss_ratio, RONDO_METRIC_RATIO);
