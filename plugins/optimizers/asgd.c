/* Averaged SGD (Polyak & Juditsky 1992), as torch.optim.ASGD, and with the trigger of AWD-LSTM (Merity,
 * Keskar & Socher 2018, algorithm 1: NT-AvSGD).
 *
 *     rate_t = rate / (1 + shrinkage rate (t - 1))^power
 *     p = (1 - shrinkage rate_t) p - rate_t (gradient + weight_decay p)
 *     a = a + (p - a) / max(1, t - 1 - T)                 T: updates before averaging began
 *
 * Training goes on with p, evaluation has a. Until averaging begins a is p. With trigger `validation`
 * it begins when a validation is worse than the best of all but the last `patience` ones before it; with
 * `step` after start_after updates (torch's t0).
 */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct asgd_config {
    int trigger;
    int64_t patience;
    int64_t start_after;
    double shrinkage;
    double power;
    double weight_decay;
} asgd_config;

enum { VALIDATION, STEP };
static const char *const triggers[] = {"validation", "step", NULL};

enum { MOST_PATIENCE = 12 };

static const rondo_option options[] = {
    RONDO_CHOICE(asgd_config, trigger, 0, triggers,
                 "what averaging begins with: validations that get no better, or a step"),
    RONDO_INTEGER(
        asgd_config, patience, 5, 1, MOST_PATIENCE,
        "trigger validation: one that is worse than the best before the last so many begins "
        "the average"),
    RONDO_INTEGER(asgd_config, start_after, 0, 0, HUGE_VAL,
                  "trigger step: updates before the average begins"),
    RONDO_REAL(asgd_config, shrinkage, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "how fast the rate falls, and how much parameters shrink (lambd of torch, there "
               "1e-4)"),
    RONDO_REAL(asgd_config, power, 0.75, 0.0, 1.0, 0,
               "exponent of the falling rate (alpha of torch)"),
    RONDO_REAL(asgd_config, weight_decay, 0.0, 0.0, HUGE_VAL, RONDO_OPEN_HIGH,
               "this times the parameter, biases too, is added to its gradient"),
    RONDO_OPTIONS_END,
};

/* Numbers: updates before averaging began plus 1 (0: not yet), validations so far, the best of all but
 * the last `patience` ones, and these, the newest last. */
enum { BEGAN, VALIDATIONS, BEST_OF_OLDER, LATEST };

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    static const char *const latest[MOST_PATIENCE] = {"cost_1", "cost_2",  "cost_3",  "cost_4",
                                                      "cost_5", "cost_6",  "cost_7",  "cost_8",
                                                      "cost_9", "cost_10", "cost_11", "cost_12"};
    const asgd_config *c = config;
    plan->slot_count = 1;
    plan->slots[0].name = "average";
    if (c->trigger == STEP) return;
    plan->number_count = (int32_t)(LATEST + c->patience);
    plan->numbers[BEGAN] = "average_began";
    plan->numbers[VALIDATIONS] = "validations";
    plan->numbers[BEST_OF_OLDER] = "best_of_older";
    for (int64_t i = 0; i < c->patience; i++)
        plan->numbers[LATEST + i] = latest[i];
}

static void judge(const void *config, int64_t step, double *numbers,
                  const rondo_validation *validation)
{
    const asgd_config *c = config;
    double *latest = numbers + LATEST, oldest = latest[0];
    int64_t older = (int64_t)numbers[VALIDATIONS] - c->patience; /* that have left `latest` */
    if (c->trigger == STEP || numbers[BEGAN] > 0) return;
    if (older > 0 && validation->cost > numbers[BEST_OF_OLDER]) numbers[BEGAN] = (double)step + 1;
    if (older == 0) numbers[BEST_OF_OLDER] = oldest;
    if (older > 0) numbers[BEST_OF_OLDER] = fmin(numbers[BEST_OF_OLDER], oldest);
    for (int64_t i = 0; i + 1 < c->patience; i++)
        latest[i] = latest[i + 1];
    latest[c->patience - 1] = validation->cost;
    numbers[VALIDATIONS]++;
}

/* Share of the newest parameters in the average. */
static double newest_share(const asgd_config *c, const rondo_update *update)
{
    bool began = c->trigger == STEP || update->numbers[BEGAN] > 0;
    double before = c->trigger == STEP ? (double)c->start_after : update->numbers[BEGAN] - 1;
    double count = (double)update->step - 1 - before;
    return began && count > 1 ? 1 / count : 1;
}

RONDO_VECTORISED static void update_slice(const void *config, const rondo_update *update)
{
    const asgd_config *c = config;
    const rondo_real *gradient = update->gradient;
    rondo_real *p = update->parameter, *a = update->slot[0];
    double past = 1 + c->shrinkage * update->learning_rate * (double)(update->step - 1);
    double now = update->learning_rate / pow(past, c->power);
    double share = newest_share(c, update);
    rondo_real rate = (rondo_real)now, added = (rondo_real)c->weight_decay;
    rondo_real kept = (rondo_real)(1 - c->shrinkage * now), newest = (rondo_real)share;
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++) {
        rondo_real g = gradient[i] + added * p[i];
        p[i] = kept * p[i] - rate * g;
    }
    if (share == 1) {
        for (int64_t i = 0; i < update->count; i++)
            a[i] = p[i];
        return;
    }
#pragma omp simd
    for (int64_t i = 0; i < update->count; i++)
        a[i] += newest * (p[i] - a[i]);
}

static void evaluation_weights(const void *config, const rondo_update *update, rondo_real *weights)
{
    (void)config;
    for (int64_t i = 0; i < update->count; i++)
        weights[i] = update->slot[0][i];
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_asgd;
const rondo_optimizer rondo_plugin_asgd = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "asgd",
             .summary = "gradient descent that is evaluated at the mean of its last weights, from "
                        "when validations no longer improve",
             .equations = "rate_t = rate / (1 + shrinkage rate (t - 1))^power\n"
                          "p = (1 - shrinkage rate_t) p - rate_t (gradient + weight_decay p)\n"
                          "a = a + (p - a) / max(1, t - 1 - T)      T: updates before averaging "
                          "began\n"
                          "evaluation has a",
             .source = "Polyak & Juditsky (1992), Acceleration of stochastic approximation by "
                       "averaging; trigger Merity, Keskar & Socher (2018), arXiv:1708.02182, "
                       "algorithm 1; as torch.optim.ASGD",
             .config_size = sizeof(asgd_config), .options = options},
    .learning_rate = 1,
    .plan = plan,
    .judge = judge,
    .update = update_slice,
    .evaluation_weights = evaluation_weights,
};
