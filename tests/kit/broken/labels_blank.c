/* It answers the blank as a label.
 * Rejected: sequence answers no class from first_class on */
#include "sound_labels.h"

static int64_t label_scratch(const void *config, int64_t steps, int64_t width, int64_t labels)
{
    return sound_label_scratch(config, steps, width, labels);
}

static void sequence(const void *config, const rondo_loss_sequence *s)
{
    sound_sequence(config, s);
    if (!s->answer) return;
    s->answer[0] = (int32_t)s->blank;
    *s->answer_count = 1;
}

SOUND_PLUGIN(labels_blank);
