/* The loss after the last row is written.
 * Rejected: rows writes outside its rows */
#include "sound_loss.h"

static void rows(const void *config, const rondo_loss_tile *tile)
{
    (void)config;
    for (int64_t r = 0; r < tile->rows; r++)
        sound_row(tile, r);
    tile->loss[tile->rows] = 0;
}

static void activate(const void *config, int64_t row_count, int64_t width,
                     const rondo_real *prediction, int64_t prediction_stride, rondo_real *output,
                     int64_t output_stride)
{
    sound_activate(config, row_count, width, prediction, prediction_stride, output, output_stride);
}

SOUND_PLUGIN(loss_writes_past_rows);
