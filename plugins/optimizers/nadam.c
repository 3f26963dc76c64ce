/* NAdam: Adam with Nesterov's momentum (Dozat 2016), as torch.optim.NAdam.
 *
 *     g    = gradient [+ weight_decay p]                  [..] unless decoupled
 *     p    = p (1 - rate weight_decay)                    decoupled only
 *     mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2)
 *     M_t  = mu_1 mu_2 .. mu_t
 *     m    = beta1 m + (1 - beta1) g
 *     v    = beta2 v + (1 - beta2) g^2
 *     q    = sqrt(v / (1 - beta2^t)) + epsilon
 *     p    = p - rate ((1 - mu_t) / (1 - M_t) g + mu_{t+1} / (1 - M_{t+1}) m) / q
 */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct nadam_config {
    double beta1;
    double beta2;
    double epsilon;
    double momentum_decay;
    double weight_decay;
    bool decoupled;
} nadam_config;

static const rondo_option options[] = {
    RONDO_REAL(nadam_config, beta1, 0.9, 0.0, 1.0, RONDO_OPEN_HIGH,
               "decay of the mean of gradients"),
    RONDO_REAL(nadam_config, beta2, 0.999, 0.0, 1.0, RONDO_OPEN_HIGH,
               "decay of the mean of squared gradients"),
    RONDO_REAL(nadam_config, epsilon, 1e-8, 0.0, 1.0, RONDO_OPEN_LOW,
               "added to the root, against division by zero"),
    RONDO_REAL(nadam_config, momentum_decay, 0.004, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "how fast the momentum rises from beta1 / 2 to beta1"),
    RONDO_REAL(nadam_config, weight_decay, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "this times the parameter, biases too, is added to its gradient"),
    RONDO_BOOLEAN_WITH_PREVIOUS(
        nadam_config, decoupled, 0,
        "weight_decay shrinks the parameter itself by the learning rate times it, and is not in "
        "the gradient"),
    RONDO_OPTIONS_END,
};

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    (void)config;
    plan->slot_count = 2;
    plan->slots[0].name = "mean";
    plan->slots[1].name = "square";
    plan->number_count = 1;
    plan->numbers[0] = "momentum_product";
}

static double momentum_at(const nadam_config *c, double step)
{
    return c->beta1 * (1 - pow(0.96, step * c->momentum_decay) / 2);
}

static void advance(const void *config, const rondo_optimizer_advance *advance)
{
    if (advance->step == 1) advance->numbers[0] = 1;
    advance->numbers[0] *= momentum_at(config, (double)advance->step);
}

RONDO_VECTORISED static void update_slice(const void *config, const rondo_update *update)
{
    const nadam_config *c = config;
    const rondo_real *gradient = update->gradient;
    rondo_real *p = update->parameter, *m = update->slot[0], *v = update->slot[1];
    double step = (double)update->step, rate = update->learning_rate, product = update->numbers[0];
    double now = momentum_at(c, step), next = momentum_at(c, step + 1);
    rondo_real of_gradient = (rondo_real)(rate * (1 - now) / (1 - product));
    rondo_real of_mean = (rondo_real)(rate * next / (1 - product * next));
    rondo_real beta1 = (rondo_real)c->beta1, left1 = (rondo_real)(1 - c->beta1);
    rondo_real beta2 = (rondo_real)c->beta2, left2 = (rondo_real)(1 - c->beta2);
    rondo_real root = (rondo_real)sqrt(1 - pow(c->beta2, step)), epsilon = (rondo_real)c->epsilon;
    rondo_real added = (rondo_real)(c->decoupled ? 0 : c->weight_decay);
    rondo_real kept = (rondo_real)(c->decoupled ? 1 - rate * c->weight_decay : 1);
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++) {
        rondo_real g = gradient[i] + added * p[i];
        m[i] = beta1 * m[i] + left1 * g;
        v[i] = beta2 * v[i] + left2 * (g * g);
        rondo_real q = rondo_sqrt(v[i]) / root + epsilon;
        p[i] = kept * p[i] - (of_gradient * g + of_mean * m[i]) / q;
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_nadam;
const rondo_optimizer rondo_plugin_nadam = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "nadam",
             .summary = "Adam that looks ahead along its mean of gradients",
             .equations =
                 "g = gradient + weight_decay p   (decoupled: p = p (1 - rate weight_decay))\n"
                 "mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2),  M_t = mu_1 .. mu_t\n"
                 "m = beta1 m + (1 - beta1) g\n"
                 "v = beta2 v + (1 - beta2) g^2\n"
                 "p = p - rate ((1 - mu_t) / (1 - M_t) g + mu_{t+1} / (1 - M_{t+1}) m)\n"
                 "             / (sqrt(v / (1 - beta2^t)) + epsilon)",
             .source = "Dozat (2016), Incorporating Nesterov momentum into Adam, ICLR workshop, "
                       "algorithm 2; as torch.optim.NAdam",
             .config_size = sizeof(nadam_config), .options = options},
    .learning_rate = 0.002,
    .plan = plan,
    .advance = advance,
    .update = update_slice,
};
