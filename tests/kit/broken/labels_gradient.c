/* The gradient of a step is of another temperature.
 * Rejected: the gradient of the prediction is wrong */
#include "sound_labels.h"

static int64_t label_scratch(const void *config, int64_t steps, int64_t width, int64_t labels)
{
    return sound_label_scratch(config, steps, width, labels);
}

static void sequence(const void *config, const rondo_loss_sequence *s)
{
    sound_sequence(config, s);
    if (s->d_prediction) s->d_prediction[s->row[0] * s->prediction_stride] *= (rondo_real)1.00001;
}

SOUND_PLUGIN(labels_gradient);
