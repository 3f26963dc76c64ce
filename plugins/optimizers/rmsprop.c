/* RMSProp (Tieleman & Hinton 2012), centered as Graves (2013), as torch.optim.RMSprop.
 *
 *     g = gradient + weight_decay p
 *     s = decay s + (1 - decay) g^2
 *     a = decay a + (1 - decay) g                          centered
 *     q = sqrt(s [- a^2]) + epsilon                        [..] centered
 *     p = p - rate g / q                                   without momentum
 *     v = momentum v + g / q;  p = p - rate v              with momentum
 */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct rmsprop_config {
    double decay;
    double epsilon;
    double momentum;
    bool centered;
    double weight_decay;
} rmsprop_config;

static const rondo_option options[] = {
    RONDO_REAL(rmsprop_config, decay, 0.99, 0.0, 1.0, RONDO_OPEN_HIGH,
               "decay of the mean of squared gradients"),
    RONDO_REAL(rmsprop_config, epsilon, 1e-8, 0.0, 1.0, RONDO_OPEN_LOW,
               "added to the root, against division by zero"),
    RONDO_REAL(rmsprop_config, momentum, 0.0, 0.0, 1.0, RONDO_OPEN_HIGH,
               "share of the preceding step that goes on"),
    RONDO_BOOLEAN(rmsprop_config, centered, 0,
                  "divide by the standard deviation of the gradients, not by their size"),
    RONDO_REAL(rmsprop_config, weight_decay, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "this times the parameter, biases too, is added to its gradient"),
    RONDO_OPTIONS_END,
};

/* Slot numbers depend on the options; -1 where there is none. */
typedef struct rmsprop_slots {
    int32_t count, mean, momentum;
} rmsprop_slots;

static rmsprop_slots number_slots(const rmsprop_config *c)
{
    rmsprop_slots s = {.count = 1, .mean = -1, .momentum = -1};
    if (c->centered) s.mean = s.count++;
    if (c->momentum > 0) s.momentum = s.count++;
    return s;
}

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    rmsprop_slots s = number_slots(config);
    plan->slot_count = s.count;
    plan->slots[0].name = "square";
    if (s.mean >= 0) plan->slots[s.mean].name = "mean";
    if (s.momentum >= 0) plan->slots[s.momentum].name = "momentum";
}

/* `a` or `v` is NULL without the option: each form has a loop of its own without branches. A
 * centered square can fall below zero by rounding. */
RONDO_INLINE void update_form(const rmsprop_config *c, const rondo_update *update, bool centered,
                              bool moving, rondo_real *a, rondo_real *v)
{
    const rondo_real *gradient = update->gradient;
    rondo_real *p = update->parameter, *s = update->slot[0];
    rondo_real rate = (rondo_real)update->learning_rate, epsilon = (rondo_real)c->epsilon;
    rondo_real decay = (rondo_real)c->decay, left = (rondo_real)(1 - c->decay);
    rondo_real momentum = (rondo_real)c->momentum, added = (rondo_real)c->weight_decay;
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++) {
        rondo_real g = gradient[i] + added * p[i];
        s[i] = decay * s[i] + left * (g * g);
        rondo_real spread = s[i];
        if (centered) {
            a[i] = decay * a[i] + left * g;
            spread -= a[i] * a[i];
            spread = spread < 0 ? 0 : spread;
        }
        rondo_real change = g / (rondo_sqrt(spread) + epsilon);
        if (moving) {
            v[i] = momentum * v[i] + change;
            change = v[i];
        }
        p[i] -= rate * change;
    }
}

RONDO_VECTORISED static void update_slice(const void *config, const rondo_update *update)
{
    const rmsprop_config *c = config;
    rmsprop_slots s = number_slots(c);
    rondo_real *a = s.mean >= 0 ? update->slot[s.mean] : NULL;
    rondo_real *v = s.momentum >= 0 ? update->slot[s.momentum] : NULL;
    if (a && v)
        update_form(c, update, true, true, a, v);
    else if (a)
        update_form(c, update, true, false, a, v);
    else if (v)
        update_form(c, update, false, true, a, v);
    else
        update_form(c, update, false, false, a, v);
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_rmsprop;
const rondo_optimizer rondo_plugin_rmsprop = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "rmsprop",
             .summary = "gradients divided by a moving mean of their size",
             .equations = "g = gradient + weight_decay p\n"
                          "s = decay s + (1 - decay) g^2\n"
                          "a = decay a + (1 - decay) g                  (centered)\n"
                          "q = sqrt(s) + epsilon                        (centered: sqrt(s - a^2))\n"
                          "v = momentum v + g / q;  p = p - rate v",
             .source = "Tieleman & Hinton (2012), Coursera lecture 6.5; centered Graves (2013), "
                       "arXiv:1308.0850, equations 38 to 45; as torch.optim.RMSprop",
             .config_size = sizeof(rmsprop_config), .options = options},
    .learning_rate = 0.001,
    .plan = plan,
    .update = update_slice,
};
