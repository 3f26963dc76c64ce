/* An optimizer that keeps the contract, small enough to break in one place (sound_optimizer.c is
 * not broken): v = 0.5 v + g, p = p - rate v. */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

static const rondo_option sound_options[] = {RONDO_OPTIONS_END};

static inline int32_t sound_slots(const void *config, const char *names[RONDO_MAX_SLOTS])
{
    (void)config;
    names[0] = "momentum";
    return 1;
}

static inline void sound_update(const void *config, const rondo_update *update)
{
    (void)config;
    rondo_real rate = (rondo_real)update->learning_rate;
    for (int64_t i = 0; i < update->count; i++) {
        update->slot[0][i] = (rondo_real)0.5 * update->slot[0][i] + update->gradient[i];
        update->parameter[i] -= rate * update->slot[0][i];
    }
}

/* The whole plugin; `slots` and `update` are given. */
#define SOUND_PLUGIN(word, slots_function, update_function)                                        \
    RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_##word;                          \
    const rondo_optimizer rondo_plugin_##word = {                                                  \
        .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = #word,          \
                 .summary = "a test", .equations = "p = p - rate v", .source = "tests/kit/broken", \
                 .options = sound_options},                                                        \
        .learning_rate = 0.1,                                                                      \
        .slots = slots_function,                                                                   \
        .update = update_function}
