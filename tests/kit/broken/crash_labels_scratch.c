/* It says too little of its scratch.
 * Rejected: sequence writes scratch, 1 number past its end */
#include "sound_labels.h"

static int64_t label_scratch(const void *config, int64_t steps, int64_t width, int64_t labels)
{
    return sound_label_scratch(config, steps, width, labels) - 1;
}

static void sequence(const void *config, const rondo_loss_sequence *s)
{
    sound_sequence(config, s);
}

SOUND_PLUGIN(crash_labels_scratch);
