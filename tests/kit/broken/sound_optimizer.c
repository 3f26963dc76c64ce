/* Nothing is wrong here: what the broken optimizers are before they are broken.
 * Conforms. */
#include "sound_optimizer.h"

SOUND_PLUGIN(sound_optimizer, sound_plan, sound_update);
