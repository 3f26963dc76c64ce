/* A loss of label sequences that keeps the contract, small enough to break in one place (sound_labels.c is
 * not broken): the sum over steps and labels of cross-entropies; the answer is the best path's. */
#include "rondo/loss.h"
#include "rondo/pointwise.h"

static const rondo_option sound_options[] = {RONDO_OPTIONS_END};

static inline int64_t sound_label_scratch(const void *config, int64_t steps, int64_t width,
                                          int64_t labels)
{
    (void)config;
    (void)steps;
    (void)labels;
    return width;
}

static inline void sound_answer(const rondo_loss_sequence *s)
{
    int64_t before = s->blank, count = 0;
    for (int64_t t = 0; t < s->steps; t++) {
        const rondo_real *x = s->prediction + s->row[t] * s->prediction_stride;
        int64_t best = s->blank;
        for (int64_t k = s->first_class; k < s->width; k++)
            if (x[k] > x[best]) best = k;
        if (best != s->blank && best != before) s->answer[count++] = (int32_t)best;
        before = best;
    }
    *s->answer_count = count;
}

static inline void sound_step(const rondo_loss_sequence *s, int64_t t)
{
    const rondo_real *x = s->prediction + s->row[t] * s->prediction_stride;
    double largest = (double)x[0], sum = 0;
    for (int64_t k = 1; k < s->width; k++)
        largest = fmax(largest, (double)x[k]);
    for (int64_t k = 0; k < s->width; k++)
        sum += s->scratch[k] = exp((double)x[k] - largest);
    for (int64_t u = 0; u < s->label_count; u++)
        *s->loss += log(sum) + largest - (double)x[s->labels[u]];
    if (!s->d_prediction) return;
    rondo_real *d = s->d_prediction + s->row[t] * s->prediction_stride;
    for (int64_t k = 0; k < s->width; k++)
        d[k] = (rondo_real)(s->scratch[k] / sum * (double)s->label_count);
    for (int64_t u = 0; u < s->label_count; u++)
        d[s->labels[u]] -= 1;
}

static inline void sound_sequence(const void *config, const rondo_loss_sequence *s)
{
    (void)config;
    if (s->answer) sound_answer(s);
    if (!s->labels) return;
    *s->loss = 0;
    for (int64_t t = 0; t < s->steps; t++)
        sound_step(s, t);
}

#define SOUND_PLUGIN(plugin_name)                                                                  \
    RONDO_PLUGIN_EXPORT extern const rondo_loss rondo_plugin_##plugin_name;                        \
    const rondo_loss rondo_plugin_##plugin_name = {                                                \
        .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_LOSS, rondo_loss), .name = #plugin_name,             \
                 .summary = "of labels, for tests", .equations = "loss = -log p",                  \
                 .source = "tests/kit/broken", .options = sound_options},                          \
        .target = RONDO_TARGET_LABELS,                                                             \
        .activate = rondo_loss_identity,                                                           \
        .sequence = sequence,                                                                      \
        .label_scratch = label_scratch,                                                            \
    }
