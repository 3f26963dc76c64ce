/* An optimizer that keeps the contract, small enough to break in one place (sound_optimizer.c is
 * not broken): v = 0.5 v + g, p = p - rate v. */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

static const rondo_option sound_options[] = {RONDO_OPTIONS_END};

static inline void sound_plan(const void *config, rondo_optimizer_plan *plan)
{
    (void)config;
    plan->slot_count = 1;
    plan->slots[0].name = "momentum";
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

#ifndef SOUND_EXTRA
#define SOUND_EXTRA .judge = NULL /* further functions */
#endif

/* The whole plugin; `plan` and `update` are given. */
#define SOUND_PLUGIN(word, plan_function, update_function)                                         \
    RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_##word;                          \
    const rondo_optimizer rondo_plugin_##word = {                                                  \
        .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = #word,          \
                 .summary = "a test", .equations = "p = p - rate v", .source = "tests/kit/broken", \
                 .options = sound_options},                                                        \
        .learning_rate = 0.1,                                                                      \
        .plan = plan_function,                                                                     \
        .update = update_function,                                                                 \
        SOUND_EXTRA}
