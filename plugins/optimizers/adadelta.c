/* Adadelta (Zeiler 2012, algorithm 1), as torch.optim.Adadelta.
 *
 *     g = gradient + weight_decay p
 *     s = decay s + (1 - decay) g^2
 *     d = sqrt(a + epsilon) / sqrt(s + epsilon) g
 *     a = decay a + (1 - decay) d^2
 *     p = p - rate d                                      the paper's rate is 1
 */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct adadelta_config {
    double decay;
    double epsilon;
    double weight_decay;
} adadelta_config;

static const rondo_option options[] = {
    RONDO_REAL(adadelta_config, decay, 0.9, 0.0, 1.0, RONDO_OPEN_HIGH,
               "decay of the means of squared gradients and squared steps"),
    RONDO_REAL(adadelta_config, epsilon, 1e-6, 0.0, 1.0, RONDO_OPEN_LOW,
               "added below both roots: how small the first steps are"),
    RONDO_REAL(adadelta_config, weight_decay, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "this times the parameter, biases too, is added to its gradient"),
    RONDO_OPTIONS_END,
};

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    (void)config;
    plan->slot_count = 2;
    plan->slots[0].name = "square";
    plan->slots[1].name = "square_of_steps";
}

RONDO_VECTORISED static void update_slice(const void *config, const rondo_update *update)
{
    const adadelta_config *c = config;
    const rondo_real *gradient = update->gradient;
    rondo_real *p = update->parameter, *s = update->slot[0], *a = update->slot[1];
    rondo_real rate = (rondo_real)update->learning_rate, epsilon = (rondo_real)c->epsilon;
    rondo_real decay = (rondo_real)c->decay, left = (rondo_real)(1 - c->decay);
    rondo_real added = (rondo_real)c->weight_decay;
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++) {
        rondo_real g = gradient[i] + added * p[i];
        s[i] = decay * s[i] + left * (g * g);
        rondo_real d = rondo_sqrt(a[i] + epsilon) / rondo_sqrt(s[i] + epsilon) * g;
        a[i] = decay * a[i] + left * (d * d);
        p[i] -= rate * d;
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_adadelta;
const rondo_optimizer rondo_plugin_adadelta = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "adadelta",
             .summary = "gradients in units of the steps made so far: no rate to choose",
             .equations = "g = gradient + weight_decay p\n"
                          "s = decay s + (1 - decay) g^2\n"
                          "d = sqrt(a + epsilon) / sqrt(s + epsilon) g\n"
                          "a = decay a + (1 - decay) d^2\n"
                          "p = p - rate d",
             .source = "Zeiler (2012), arXiv:1212.5701, algorithm 1; as torch.optim.Adadelta",
             .config_size = sizeof(adadelta_config), .options = options},
    .learning_rate = 1,
    .plan = plan,
    .update = update_slice,
};
