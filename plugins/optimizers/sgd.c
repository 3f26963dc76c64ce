/* Stochastic gradient descent with momentum, as torch.optim.SGD (dampening 0).
 *
 *     g = gradient + weight_decay p
 *     v = momentum v + g
 *     p = p - rate v                       plain momentum (Polyak 1964)
 *     p = p - rate (g + momentum v)        nesterov (Sutskever et al. 2013, in Bengio's form)
 *
 * Without momentum there is no v, and p = p - rate g.
 */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct sgd_config {
    double momentum;
    bool nesterov;
    double weight_decay;
} sgd_config;

static const rondo_option options[] = {
    RONDO_REAL(sgd_config, momentum, 0.0, 0.0, 1.0, RONDO_OPEN_HIGH,
               "share of the preceding step that goes on"),
    RONDO_BOOLEAN_WITH_PREVIOUS(sgd_config, nesterov, 0, "look ahead along the momentum"),
    RONDO_REAL(sgd_config, weight_decay, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "this times the parameter, biases too, is added to its gradient"),
    RONDO_OPTIONS_END,
};

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    const sgd_config *c = config;
    if (c->momentum == 0 && c->weight_decay == 0) plan->flags = RONDO_OPTIMIZER_ZERO_IS_NO_OP;
    if (c->momentum == 0) return;
    plan->slot_count = 1;
    plan->slots[0].name = "momentum";
}

RONDO_INLINE void update_plain(const sgd_config *c, const rondo_update *update)
{
    const rondo_real *gradient = update->gradient;
    rondo_real *p = update->parameter;
    rondo_real rate = (rondo_real)update->learning_rate, decay = (rondo_real)c->weight_decay;
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++)
        p[i] -= rate * (gradient[i] + decay * p[i]);
}

RONDO_INLINE void update_momentum(const sgd_config *c, const rondo_update *update)
{
    const rondo_real *gradient = update->gradient;
    rondo_real *p = update->parameter, *v = update->slot[0];
    rondo_real rate = (rondo_real)update->learning_rate, decay = (rondo_real)c->weight_decay;
    rondo_real momentum = (rondo_real)c->momentum;
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++) {
        rondo_real g = gradient[i] + decay * p[i];
        v[i] = momentum * v[i] + g;
        p[i] -= rate * v[i];
    }
}

RONDO_INLINE void update_nesterov(const sgd_config *c, const rondo_update *update)
{
    const rondo_real *gradient = update->gradient;
    rondo_real *p = update->parameter, *v = update->slot[0];
    rondo_real rate = (rondo_real)update->learning_rate, decay = (rondo_real)c->weight_decay;
    rondo_real momentum = (rondo_real)c->momentum;
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++) {
        rondo_real g = gradient[i] + decay * p[i];
        v[i] = momentum * v[i] + g;
        p[i] -= rate * (g + momentum * v[i]);
    }
}

RONDO_VECTORISED static void update_slice(const void *config, const rondo_update *update)
{
    const sgd_config *c = config;
    if (c->momentum == 0)
        update_plain(c, update);
    else if (c->nesterov)
        update_nesterov(c, update);
    else
        update_momentum(c, update);
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_sgd;
const rondo_optimizer rondo_plugin_sgd = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "sgd",
             .summary = "gradient descent, with momentum and Nesterov's form as options",
             .equations = "g = gradient + weight_decay p\n"
                          "v = momentum v + g\n"
                          "p = p - rate v                  (nesterov: p - rate (g + momentum v))",
             .source = "Polyak (1964); Sutskever et al. (2013), On the importance of "
                       "initialization and momentum in deep learning, equations 3 and 4; as "
                       "torch.optim.SGD",
             .config_size = sizeof(sgd_config), .options = options},
    .learning_rate = 0.1,
    .plan = plan,
    .update = update_slice,
};
