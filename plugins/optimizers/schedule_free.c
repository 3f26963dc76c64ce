/* Schedule-free AdamW (Defazio et al. 2024, section 4.2 and algorithm 1).
 *
 *     y = (1 - beta1) z + beta1 x                         gradients are taken at y
 *     v = beta2 v + (1 - beta2) g^2
 *     u = g / (sqrt(v / (1 - beta2^t)) + epsilon) + weight_decay y
 *     z = z - rate u
 *     x = (1 - c) x + c z,   c = w_t / (w_1 + .. + w_t),   w_t = (largest rate so far)^2
 *
 * Parameters are y while training; evaluation has x = (y - (1 - beta1) z) / beta1, which is not kept.
 * With x left out, y = y + c (z - y) + rate (beta1 (1 - c) - 1) u, before z moves.
 */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct schedule_free_config {
    double beta1;
    double beta2;
    double epsilon;
    double weight_decay;
    bool decay_vectors;
} schedule_free_config;

static const rondo_option options[] = {
    RONDO_REAL(schedule_free_config, beta1, 0.9, 0.0, 1.0, RONDO_OPEN_LOW | RONDO_OPEN_HIGH,
               "how near gradients are taken to the average x, not to z"),
    RONDO_REAL(schedule_free_config, beta2, 0.999, 0.0, 1.0, RONDO_OPEN_HIGH,
               "decay of the mean of squared gradients"),
    RONDO_REAL(schedule_free_config, epsilon, 1e-8, 0.0, 1.0, RONDO_OPEN_LOW,
               "added to the root, against division by zero"),
    RONDO_REAL(schedule_free_config, weight_decay, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "the learning rate times this shrinks the parameter"),
    RONDO_BOOLEAN(
        schedule_free_config, decay_vectors, 1,
        "weight_decay is for biases, gains of layer norms and a cell's own parameters, too; "
        "false: for matrices and embeddings alone"),
    RONDO_OPTIONS_END,
};

enum { WEIGHT_SUM, LARGEST_RATE, SHARE, NUMBERS };

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    (void)config;
    plan->slot_count = 2;
    plan->slots[0].name = "base"; /* z */
    plan->slots[1].name = "square";
    plan->number_count = NUMBERS;
    plan->numbers[WEIGHT_SUM] = "weight_sum";
    plan->numbers[LARGEST_RATE] = "largest_rate";
    plan->numbers[SHARE] = "share";
}

static void advance(const void *config, const rondo_optimizer_advance *advance)
{
    double *n = advance->numbers;
    (void)config;
    n[LARGEST_RATE] = fmax(n[LARGEST_RATE], advance->learning_rate);
    double weight = n[LARGEST_RATE] * n[LARGEST_RATE];
    n[WEIGHT_SUM] += weight;
    n[SHARE] = n[WEIGHT_SUM] > 0 ? weight / n[WEIGHT_SUM] : 0;
}

RONDO_VECTORISED static void update_slice(const void *config, const rondo_update *update)
{
    const schedule_free_config *c = config;
    const rondo_real *g = update->gradient;
    rondo_real *y = update->parameter, *z = update->slot[0], *v = update->slot[1];
    double step = (double)update->step, share = update->numbers[SHARE];
    bool decays = c->decay_vectors || !rondo_optimizer_tensor_is_vector(update->tensor);
    rondo_real beta2 = (rondo_real)c->beta2, left2 = (rondo_real)(1 - c->beta2);
    rondo_real root = (rondo_real)sqrt(1 - pow(c->beta2, step)), epsilon = (rondo_real)c->epsilon;
    rondo_real rate = (rondo_real)update->learning_rate, newest = (rondo_real)share;
    rondo_real step_of_y = (rondo_real)(update->learning_rate * (1 - c->beta1 * (1 - share)));
    rondo_real decay = (rondo_real)(decays ? c->weight_decay : 0);
    for (int64_t i = 0; update->step == 1 && i < update->count; i++)
        z[i] = y[i];
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++) {
        v[i] = beta2 * v[i] + left2 * (g[i] * g[i]);
        rondo_real u = g[i] / (rondo_sqrt(v[i]) / root + epsilon) + decay * y[i];
        y[i] += newest * (z[i] - y[i]) - step_of_y * u;
        z[i] -= rate * u;
    }
}

RONDO_VECTORISED static void evaluation_weights(const void *config, const rondo_update *update,
                                                rondo_real *weights)
{
    const schedule_free_config *c = config;
    const rondo_real *y = update->parameter, *z = update->slot[0];
    rondo_real factor = (rondo_real)(1 / c->beta1 - 1);
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++)
        weights[i] = y[i] + factor * (y[i] - z[i]);
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_schedule_free;
const rondo_optimizer rondo_plugin_schedule_free = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "schedule_free",
             .summary = "AdamW that averages its weights in place of a falling rate; for schedule "
                        "constant with warm-up",
             .equations =
                 "y = (1 - beta1) z + beta1 x            gradients are taken at y\n"
                 "v = beta2 v + (1 - beta2) g^2\n"
                 "z = z - rate (g / (sqrt(v / (1 - beta2^t)) + epsilon) + weight_decay y)\n"
                 "x = (1 - c) x + c z,  c = w_t / (w_1 + .. + w_t),  w_t = (largest rate "
                 "so far)^2\n"
                 "evaluation has x",
             .source = "Defazio et al. (2024), The road less scheduled, arXiv:2405.15682, "
                       "algorithm 1; as AdamWScheduleFree of its authors",
             .config_size = sizeof(schedule_free_config), .options = options},
    .learning_rate = 0.0025,
    .plan = plan,
    .advance = advance,
    .update = update_slice,
    .evaluation_weights = evaluation_weights,
};
