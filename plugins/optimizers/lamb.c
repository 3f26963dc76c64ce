/* LAMB (You et al. 2020, algorithm 2, with phi(z) = z): Adam whose step is scaled, tensor by tensor, to
 * the size of the parameters.
 *
 *     m = beta1 m + (1 - beta1) g
 *     v = beta2 v + (1 - beta2) g^2
 *     u = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon) + weight_decay p
 *     p = p - rate |p| / |u| u              |p|, |u| over the tensor; ratio 1 where one of them is 0
 */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct lamb_config {
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    bool decay_vectors;
} lamb_config;

static const rondo_option options[] = {
    RONDO_REAL(lamb_config, beta1, 0.9, 0.0, 1.0, RONDO_OPEN_HIGH,
               "decay of the mean of gradients"),
    RONDO_REAL(lamb_config, beta2, 0.999, 0.0, 1.0, RONDO_OPEN_HIGH,
               "decay of the mean of squared gradients"),
    RONDO_REAL(lamb_config, epsilon, 1e-6, 0.0, 1.0, RONDO_OPEN_LOW,
               "added to the root, against division by zero"),
    RONDO_REAL(lamb_config, weight_decay, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "this times the parameter is added to the step before it is scaled"),
    RONDO_BOOLEAN(
        lamb_config, decay_vectors, 1,
        "weight_decay is for biases, gains of layer norms and a cell's own parameters, too; "
        "false: for matrices and embeddings alone"),
    RONDO_OPTIONS_END,
};

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    (void)config;
    plan->slot_count = 2;
    plan->slots[0].name = "mean";
    plan->slots[1].name = "square";
    plan->norms = RONDO_NORM_PARAMETER | RONDO_NORM_DIRECTION;
}

RONDO_VECTORISED static void direction(const void *config, const rondo_update *update)
{
    const lamb_config *c = config;
    const rondo_real *g = update->gradient, *p = update->parameter;
    rondo_real *m = update->slot[0], *v = update->slot[1], *u = update->direction;
    double step = (double)update->step;
    bool decays = c->decay_vectors || !rondo_optimizer_tensor_is_vector(update->tensor);
    rondo_real beta1 = (rondo_real)c->beta1, left1 = (rondo_real)(1 - c->beta1);
    rondo_real beta2 = (rondo_real)c->beta2, left2 = (rondo_real)(1 - c->beta2);
    rondo_real share = (rondo_real)(1 - pow(c->beta1, step));
    rondo_real root = (rondo_real)sqrt(1 - pow(c->beta2, step));
    rondo_real epsilon = (rondo_real)c->epsilon;
    rondo_real decay = (rondo_real)(decays ? c->weight_decay : 0);
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++) {
        m[i] = beta1 * m[i] + left1 * g[i];
        v[i] = beta2 * v[i] + left2 * (g[i] * g[i]);
        u[i] = m[i] / share / (rondo_sqrt(v[i]) / root + epsilon) + decay * p[i];
    }
}

RONDO_VECTORISED static void update_slice(const void *config, const rondo_update *update)
{
    const rondo_real *u = update->direction;
    rondo_real *p = update->parameter;
    bool is_scaled = update->parameter_norm > 0 && update->direction_norm > 0;
    double ratio = is_scaled ? update->parameter_norm / update->direction_norm : 1;
    rondo_real rate = (rondo_real)(update->learning_rate * ratio);
    (void)config;
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++)
        p[i] -= rate * u[i];
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_lamb;
const rondo_optimizer rondo_plugin_lamb = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "lamb",
             .summary = "Adam with steps in proportion to the size of each tensor, for large "
                        "minibatches",
             .equations =
                 "m = beta1 m + (1 - beta1) g\n"
                 "v = beta2 v + (1 - beta2) g^2\n"
                 "u = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon) + weight_decay p\n"
                 "p = p - rate |p| / |u| u            norms of the tensor",
             .source = "You et al. (2020), arXiv:1904.00962, algorithm 2",
             .config_size = sizeof(lamb_config), .options = options},
    .learning_rate = 0.001,
    .plan = plan,
    .direction = direction,
    .update = update_slice,
};
