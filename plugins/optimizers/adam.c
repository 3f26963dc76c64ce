/* Adam (Kingma & Ba 2015, algorithm 1) and AdamW (Loshchilov & Hutter 2019), as torch.optim.
 *
 *     g = gradient [+ weight_decay p]                     [..] unless decoupled
 *     p = p (1 - rate weight_decay)                       decoupled only
 *     m = beta1 m + (1 - beta1) g
 *     v = beta2 v + (1 - beta2) g^2
 *     p = p - rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 *
 * AMSGrad (Reddi, Kale & Kumar 2018) has the largest v so far in place of v in the last line.
 */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct adam_config {
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    bool decoupled;
    bool decay_vectors;
    bool amsgrad;
} adam_config;

static const rondo_option options[] = {
    RONDO_REAL(adam_config, beta1, 0.9, 0.0, 1.0, RONDO_OPEN_HIGH,
               "decay of the mean of gradients"),
    RONDO_REAL(adam_config, beta2, 0.999, 0.0, 1.0, RONDO_OPEN_HIGH,
               "decay of the mean of squared gradients"),
    RONDO_REAL(adam_config, epsilon, 1e-8, 0.0, 1.0, RONDO_OPEN_LOW,
               "added to the root, against division by zero"),
    RONDO_REAL(adam_config, weight_decay, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "this times the parameter, is added to its gradient (L2 regularization, "
               "which the division by the root weakens where gradients are large)"),
    RONDO_BOOLEAN_WITH_PREVIOUS(
        adam_config, decoupled, 0,
        "weight_decay shrinks the parameter itself by the learning rate times it, and is not in "
        "the gradient (AdamW, Loshchilov & Hutter 2019)"),
    RONDO_BOOLEAN(
        adam_config, decay_vectors, 1,
        "weight_decay is for biases, gains of layer norms and a cell's own parameters, too; "
        "false: for matrices and embeddings alone"),
    RONDO_BOOLEAN(
        adam_config, amsgrad, 0,
        "divide by the root of the largest mean of squares so far: rates never rise again "
        "(Reddi et al. 2018)"),
    RONDO_OPTIONS_END,
};

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    const adam_config *c = config;
    plan->slot_count = c->amsgrad ? 3 : 2;
    plan->slots[0].name = "mean";
    plan->slots[1].name = "square";
    plan->slots[2].name = c->amsgrad ? "largest_square" : NULL;
}

/* `largest` is NULL without amsgrad: each form has a loop of its own without branches. */
RONDO_INLINE void update_form(const adam_config *c, const rondo_update *update, bool amsgrad,
                              rondo_real *largest)
{
    const rondo_real *gradient = update->gradient;
    rondo_real *p = update->parameter, *m = update->slot[0], *v = update->slot[1];
    double step = (double)update->step;
    bool decays = c->decay_vectors || !rondo_optimizer_tensor_is_vector(update->tensor);
    double decay = decays ? c->weight_decay : 0;
    rondo_real beta1 = (rondo_real)c->beta1, left1 = (rondo_real)(1 - c->beta1);
    rondo_real beta2 = (rondo_real)c->beta2, left2 = (rondo_real)(1 - c->beta2);
    rondo_real rate = (rondo_real)(update->learning_rate / (1 - pow(c->beta1, step)));
    rondo_real root = (rondo_real)sqrt(1 - pow(c->beta2, step));
    rondo_real epsilon = (rondo_real)c->epsilon;
    rondo_real added = (rondo_real)(c->decoupled ? 0 : decay);
    rondo_real kept = (rondo_real)(c->decoupled ? 1 - update->learning_rate * decay : 1);
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++) {
        rondo_real g = gradient[i] + added * p[i];
        m[i] = beta1 * m[i] + left1 * g;
        v[i] = beta2 * v[i] + left2 * (g * g);
        rondo_real square = v[i];
        if (amsgrad) {
            square = square > largest[i] ? square : largest[i];
            largest[i] = square;
        }
        p[i] = kept * p[i] - rate * (m[i] / (rondo_sqrt(square) / root + epsilon));
    }
}

RONDO_VECTORISED static void update_slice(const void *config, const rondo_update *update)
{
    const adam_config *c = config;
    if (c->amsgrad)
        update_form(c, update, true, update->slot[2]);
    else
        update_form(c, update, false, NULL);
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_adam;
const rondo_optimizer rondo_plugin_adam = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "adam",
             .summary = "steps of the size of the rate, from means of gradients and their squares; "
                        "AdamW with decoupled, AMSGrad with amsgrad",
             .equations = "g = gradient + weight_decay p   (decoupled: p = p (1 - rate "
                          "weight_decay))\n"
                          "m = beta1 m + (1 - beta1) g\n"
                          "v = beta2 v + (1 - beta2) g^2\n"
                          "p = p - rate / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + epsilon)"
                          "   (amsgrad: the largest v so far)",
             .source = "Kingma & Ba (2015), arXiv:1412.6980, algorithm 1; Loshchilov & Hutter "
                       "(2019), arXiv:1711.05101, algorithm 2; Reddi, Kale & Kumar (2018), "
                       "arXiv:1904.09237, algorithm 2; as torch.optim.Adam and AdamW",
             .config_size = sizeof(adam_config), .options = options},
    .learning_rate = 0.001,
    .plan = plan,
    .update = update_slice,
};
