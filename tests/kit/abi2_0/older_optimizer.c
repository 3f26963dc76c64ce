/* An optimizer as plugins were written for revision 0 of version 2, whose headers are in include/: momentum,
 * and steps of a length that follows the norm of the parameters (You, Gitman & Ginsburg 2017). */
#include "rondo/optimizer.h"
#include "rondo/pointwise.h"

typedef struct older_config {
    double momentum;
    double trust;
} older_config;

static const rondo_option options[] = {
    RONDO_REAL(older_config, momentum, 0.5, 0.0, 1.0, RONDO_OPEN_HIGH, "momentum"),
    RONDO_REAL(older_config, trust, 0.5, 0.0, 1.0, RONDO_OPEN_LOW, "share of the norm"),
    RONDO_OPTIONS_END,
};

static void plan(const void *config, rondo_optimizer_plan *plan)
{
    (void)config;
    plan->slot_count = 1;
    plan->slots[0].name = "mean";
    plan->number_count = 1;
    plan->numbers[0] = "updates";
    plan->norms = RONDO_NORM_PARAMETER;
}

static void advance(const void *config, const rondo_optimizer_advance *advance)
{
    (void)config;
    advance->numbers[0] += 1;
}

RONDO_VECTORISED static void update_slice(const void *config, const rondo_update *update)
{
    const older_config *c = config;
    rondo_real *p = update->parameter, *m = update->slot[0];
    rondo_real momentum = (rondo_real)c->momentum;
    double length = 1 + c->trust * update->parameter_norm / (1 + update->numbers[0]);
    rondo_real rate = (rondo_real)(update->learning_rate * length);
    for (int64_t i = 0; i < update->count; i++) {
        m[i] = momentum * m[i] + update->gradient[i];
        p[i] -= rate * m[i];
    }
}

RONDO_PLUGIN_EXPORT extern const rondo_optimizer rondo_plugin_older_optimizer;
const rondo_optimizer rondo_plugin_older_optimizer = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_OPTIMIZER, rondo_optimizer), .name = "older_optimizer",
             .summary = "a test",
             .equations = "m = momentum m + g\np = p - rate (1 + trust |p| / (1 + t)) m",
             .source = "tests/kit/abi2_0", .config_size = sizeof(older_config), .options = options},
    .learning_rate = 0.02,
    .plan = plan,
    .update = update_slice,
    .advance = advance};
