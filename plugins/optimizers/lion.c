/* Lion (Chen et al. 2023, algorithm 2).
 *
 *     c = beta1 m + (1 - beta1) g
 *     p = p - rate (sign(c) + weight_decay p)
 *     m = beta2 m + (1 - beta2) g
 *
 * Every parameter moves by the rate: a rate a third to a tenth of Adam's, and a weight_decay that many
 * times larger (section 5).
 */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct lion_config {
    double beta1;
    double beta2;
    double weight_decay;
    bool decay_vectors;
} lion_config;

static const rondo_option options[] = {
    RONDO_REAL(lion_config, beta1, 0.9, 0.0, 1.0, RONDO_OPEN_HIGH,
               "weight of the mean of gradients in the sign of a step"),
    RONDO_REAL(lion_config, beta2, 0.99, 0.0, 1.0, RONDO_OPEN_HIGH,
               "decay of the mean of gradients"),
    RONDO_REAL(lion_config, weight_decay, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "the learning rate times this shrinks the parameter"),
    RONDO_BOOLEAN(
        lion_config, decay_vectors, 1,
        "weight_decay is for biases, gains of layer norms and a cell's own parameters, too; "
        "false: for matrices and embeddings alone"),
    RONDO_OPTIONS_END,
};

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    (void)config;
    plan->slot_count = 1;
    plan->slots[0].name = "mean";
}

RONDO_VECTORISED static void update_slice(const void *config, const rondo_update *update)
{
    const lion_config *c = config;
    const rondo_real *g = update->gradient;
    rondo_real *p = update->parameter, *m = update->slot[0];
    bool decays = c->decay_vectors || !rondo_optimizer_tensor_is_vector(update->tensor);
    rondo_real rate = (rondo_real)update->learning_rate;
    rondo_real beta1 = (rondo_real)c->beta1, left1 = (rondo_real)(1 - c->beta1);
    rondo_real beta2 = (rondo_real)c->beta2, left2 = (rondo_real)(1 - c->beta2);
    rondo_real decay = (rondo_real)(decays ? c->weight_decay : 0);
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++) {
        rondo_real seen = beta1 * m[i] + left1 * g[i];
        rondo_real up = seen > 0 ? 1 : 0, down = seen < 0 ? 1 : 0;
        p[i] -= rate * (up - down + decay * p[i]);
        m[i] = beta2 * m[i] + left2 * g[i];
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_lion;
const rondo_optimizer rondo_plugin_lion = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "lion",
             .summary = "steps of one size, along the sign of a mean of gradients",
             .equations = "c = beta1 m + (1 - beta1) g\n"
                          "p = p - rate (sign(c) + weight_decay p)\n"
                          "m = beta2 m + (1 - beta2) g",
             .source = "Chen et al. (2023), arXiv:2302.06675, algorithm 2",
             .config_size = sizeof(lion_config), .options = options},
    .learning_rate = 0.0001,
    .plan = plan,
    .update = update_slice,
};
