/* A loss that keeps the contract, small enough to break in one place (sound_loss.c is not broken):
 * cross-entropy of a softmax. */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

static const rondo_option sound_options[] = {RONDO_OPTIONS_END};

static inline rondo_real sound_largest(const rondo_real *x, int64_t width)
{
    rondo_real largest = x[0];
    for (int64_t k = 1; k < width; k++)
        largest = x[k] > largest ? x[k] : largest;
    return largest;
}

static inline void sound_row(const rondo_loss_tile *tile, int64_t r)
{
    const rondo_real *x = tile->prediction + r * tile->prediction_stride;
    rondo_real largest = sound_largest(x, tile->width);
    double target = (double)x[tile->target_class[r]], sum = 0;
    for (int64_t k = 0; k < tile->width; k++)
        sum += (double)rondo_exp(x[k] - largest);
    tile->loss[r] = log(sum) + (double)largest - target;
    tile->metrics[r] = (double)largest > target ? 0 : 1;
    if (!tile->d_prediction) return;
    rondo_real *d = tile->d_prediction + r * tile->prediction_stride;
    for (int64_t k = 0; k < tile->width; k++)
        d[k] = (rondo_real)((double)rondo_exp(x[k] - largest) / sum);
    d[tile->target_class[r]] -= 1;
}

static inline void sound_activate(const void *config, int64_t rows, int64_t width,
                                  const rondo_real *prediction, int64_t prediction_stride,
                                  rondo_real *output, int64_t output_stride)
{
    (void)config;
    for (int64_t r = 0; r < rows; r++) {
        const rondo_real *x = prediction + r * prediction_stride;
        rondo_real *p = output + r * output_stride;
        rondo_real largest = sound_largest(x, width), sum = 0;
        for (int64_t k = 0; k < width; k++)
            sum += rondo_exp(x[k] - largest);
        for (int64_t k = 0; k < width; k++)
            p[k] = rondo_exp(x[k] - largest) / sum;
    }
}

/* The whole plugin; `rows` and `activate` are defined in the file. */
#define SOUND_PLUGIN(word) SOUND_PLUGIN_RULE(word, RONDO_METRIC_MEAN)
#define SOUND_PLUGIN_RULE(word, rule)                                                              \
    RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_##word;                               \
    const rondo_loss rondo_plugin_##word = {                                                       \
        .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = #word,                    \
                 .summary = "a test", .equations = "loss = -log p_y",                              \
                 .source = "tests/kit/broken", .options = sound_options},                          \
        .target = RONDO_TARGET_CLASS,                                                              \
        .metric_count = 1,                                                                         \
        .metrics = {{"accuracy", "1", rule, true}},                                                \
        .rows = rows,                                                                              \
        .activate = activate}
