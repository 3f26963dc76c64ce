/* AdaGrad (Duchi, Hazan & Singer 2011), as torch.optim.Adagrad.
 *
 *     g = gradient + weight_decay p
 *     s = s + g^2
 *     p = p - rate g / (sqrt(s + initial_accumulator) + epsilon)
 *
 * Slots start from zero, so the initial accumulator is added where s is read.
 */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct adagrad_config {
    double epsilon;
    double initial_accumulator;
    double weight_decay;
} adagrad_config;

static const rondo_option options[] = {
    RONDO_REAL(adagrad_config, epsilon, 1e-10, 0.0, 1.0, RONDO_OPEN_LOW,
               "added to the root, against division by zero"),
    RONDO_REAL(adagrad_config, initial_accumulator, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "what the sum of squares starts with"),
    RONDO_REAL(adagrad_config, weight_decay, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "this times the parameter, biases too, is added to its gradient"),
    RONDO_OPTIONS_END,
};

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    const adagrad_config *c = config;
    plan->slot_count = 1;
    plan->slots[0].name = "squares";
    if (c->weight_decay == 0) plan->flags = RONDO_OPTIMIZER_ZERO_IS_NO_OP;
}

RONDO_VECTORISED static void update_slice(const void *config, const rondo_update *update)
{
    const adagrad_config *c = config;
    const rondo_real *gradient = update->gradient;
    rondo_real *p = update->parameter, *s = update->slot[0];
    rondo_real rate = (rondo_real)update->learning_rate, epsilon = (rondo_real)c->epsilon;
    rondo_real start = (rondo_real)c->initial_accumulator, added = (rondo_real)c->weight_decay;
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++) {
        rondo_real g = gradient[i] + added * p[i];
        s[i] += g * g;
        p[i] -= rate * (g / (rondo_sqrt(s[i] + start) + epsilon));
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_adagrad;
const rondo_optimizer rondo_plugin_adagrad = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "adagrad",
             .summary = "rates that fall with the sum of a parameter's squared gradients",
             .equations = "g = gradient + weight_decay p\n"
                          "s = s + g^2\n"
                          "p = p - rate g / (sqrt(s + initial_accumulator) + epsilon)",
             .source = "Duchi, Hazan & Singer (2011), JMLR 12; as torch.optim.Adagrad",
             .config_size = sizeof(adagrad_config), .options = options},
    .learning_rate = 0.01,
    .plan = plan,
    .update = update_slice,
};
