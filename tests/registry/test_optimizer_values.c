/* The optimizers against values worked out apart from them, with 30 digits, from the formulas in
 * PyTorch's documentation: four updates of one parameter. */
#include "check.h"

#include <stdlib.h>

#include "plugin/registry.h"
#include "support/options.h"

typedef struct expectation {
    const char *name;
    const char *options; /* key=value, apart by spaces */
    double value;        /* after the fourth update */
} expectation;

static const expectation expectations[] = {
    {"sgd", "", 0.6640625},
    {"sgd", "momentum=0.5", 0.6328125},
    {"sgd", "momentum=0.5 nesterov=true", 0.60546875},
    {"sgd", "weight_decay=0.25", 0.61924760043621063},
    {"rmsprop", "", 0.1537201048182504},
    {"rmsprop", "decay=0.5 centered=true", 0.62701071273670274},
    {"rmsprop", "momentum=0.5", -0.21732942268595384},
    {"rmsprop", "weight_decay=0.25", 0.10478193565714705},
    {"adam", "", 0.67471203711848511},
    {"adam", "weight_decay=0.25", 0.64942755281631416},
    {"adam", "weight_decay=0.25 decoupled=true", 0.63128273421909009},
    {"adagrad", "", 0.69044608112254107},
    {"adagrad", "initial_accumulator=1", 0.7177528050953938},
    {"adagrad", "weight_decay=0.25", 0.67898332628044053},
};

static const double gradients[] = {0.5, -1.25, 2, 0.125};

static double four_updates(const rondo_optimizer *optimizer, const void *config)
{
    const rondo_optimizer_tensor tensor = {.rows = 1, .columns = 1, .kind = RONDO_TENSOR_BIASES};
    rondo_optimizer_plan plan = {0};
    rondo_real parameter = (rondo_real)0.75, slots[RONDO_MAX_SLOTS] = {0};
    optimizer->plan(config, &plan);
    for (int step = 1; step <= 4; step++) {
        rondo_real gradient = (rondo_real)gradients[step - 1];
        rondo_update update = {.count = 1,
                               .step = step,
                               .learning_rate = 0.0625,
                               .gradient = &gradient,
                               .parameter = &parameter,
                               .tensor = &tensor};
        for (int32_t i = 0; i < plan.slot_count; i++)
            update.slot[i] = &slots[i];
        optimizer->update(config, &update);
    }
    return (double)parameter;
}

static void test_values(void)
{
    const char *const folders[] = {RONDO_BINARY_DIR "/plugins"};
    rondo_error error = {0};
    rondo_registry *registry = NULL;
    CHECK_INTEGER(rondo_registry_create(folders, 1, &registry, &error), RONDO_OK);
    if (!registry) return;
    double tolerance = sizeof(rondo_real) == sizeof(double) ? 1e-14 : 2e-6;
    for (size_t i = 0; i < sizeof expectations / sizeof expectations[0]; i++) {
        const expectation *e = &expectations[i];
        const rondo_plugin *plugin = NULL;
        CHECK_INTEGER(rondo_registry_find(registry, RONDO_KIND_OPTIMIZER, e->name, &plugin, &error),
                      RONDO_OK);
        if (!plugin) continue;
        void *config = test_options_read(plugin, e->options, " ");
        CHECK_NEAR(four_updates((const rondo_optimizer *)plugin, config), e->value, tolerance);
        free(config);
    }
    rondo_registry_destroy(registry);
}

int main(void)
{
    RUN(test_values);
    return check_end();
}
