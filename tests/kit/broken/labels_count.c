/* It answers more labels than there are steps.
 * Rejected: labels to */
#include "sound_labels.h"

static int64_t label_scratch(const void *config, int64_t steps, int64_t width, int64_t labels)
{
    return sound_label_scratch(config, steps, width, labels);
}

static void sequence(const void *config, const rondo_loss_sequence *s)
{
    sound_sequence(config, s);
    if (s->answer) *s->answer_count = s->steps + 1;
}

SOUND_PLUGIN(labels_count);
