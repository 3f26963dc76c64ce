/* A schedule that keeps the contract, small enough to break in one place (sound_schedule.c is not
 * broken): halved by each validation that is no improvement. */
#include <math.h>

#include "rondo/schedule.h"

static const rondo_option sound_options[] = {RONDO_OPTIONS_END};

static inline int32_t sound_state(const void *config, const char *names[RONDO_MAX_SCHEDULE_STATE])
{
    (void)config;
    names[0] = "reductions";
    return 1;
}

static inline void sound_judge(const void *config, double *state,
                               const rondo_validation *validation)
{
    (void)config;
    if (!validation->is_improved) state[0]++;
}

static inline double sound_factor(const void *config, const rondo_schedule_position *position)
{
    (void)config;
    return pow(0.5, position->state[0]);
}

/* The whole plugin; its functions are given. */
#define SOUND_PLUGIN(word, factor_function, state_function, judge_function)                        \
    RONDO_PLUGIN_EXPORT extern const rondo_schedule rondo_plugin_##word;                           \
    const rondo_schedule rondo_plugin_##word = {                                                   \
        .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_SCHEDULE, rondo_schedule), .name = #word,            \
                 .summary = "a test", .equations = "factor = 0.5^k", .source = "tests/kit/broken", \
                 .options = sound_options},                                                        \
        .factor = factor_function,                                                                 \
        .state = state_function,                                                                   \
        .judge = judge_function}
