/* What it saw of validations is not in its state.
 * Rejected: the first factor is another after a run */
#include "sound_schedule.h"

static double reductions;

static void judge(const void *config, double *state, const rondo_validation *validation)
{
    (void)config;
    (void)state;
    if (!validation->is_improved) reductions++;
}

static double factor(const void *config, const rondo_schedule_position *position)
{
    (void)config;
    (void)position;
    return pow(0.5, reductions);
}

SOUND_PLUGIN(schedule_remembers, factor, sound_state, judge);
