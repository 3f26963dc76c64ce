/* What the sweep tests share: the plugins of this build, files in the test's folder, and a sweep
 * from a text. */
#ifndef RONDO_TESTS_SWEEP_SUPPORT_H
#define RONDO_TESTS_SWEEP_SUPPORT_H

#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "support/registry.h"
#include "sweep/plan.h"

static rondo_registry *registry;

static inline void support_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0) exit(1);
}

/* base.yaml: the Reber grammar has 9 symbols in and out. */
static inline bool support_start(void)
{
    rondo_error error = {0};
    unsetenv("RONDO_PLUGINS");
    support_write("base.yaml", "behavior_version: 1\n"
                               "seed: 4\n"
                               "task: language_model\n"
                               "data:\n"
                               "  format: generated\n"
                               "  generator: {name: reber, count: 100, valid: 20, test: 20}\n"
                               "  batch_size: 10\n"
                               "model: {input: one_hot, layers: [{cell: lstm, hidden: 8}]}\n"
                               "optimizer: {name: adam}\n"
                               "train: {epochs: 2}\n");
    if (!test_registry_create(RONDO_BINARY_DIR "/plugins", &registry, &error)) return true;
    fprintf(stderr, "cannot start: %s\n", error.text);
    return false;
}

static inline int support_end(void)
{
    rondo_registry_destroy(registry);
    return check_end();
}

/* The sweep of a text, or NULL with the failure printed. */
static inline rondo_sweep *load(const char *text)
{
    rondo_sweep *sweep;
    rondo_error error = {0};
    support_write("s.yaml", text);
    if (rondo_sweep_load("s.yaml", &sweep, &error)) fprintf(stderr, "unexpected: %s\n", error.text);
    return sweep;
}

/* The plan of a text, or NULL with the failure printed. */
static inline rondo_plan *plan_of(const char *text)
{
    rondo_plan *plan = NULL;
    rondo_error error = {0};
    rondo_sweep *sweep = load(text);
    if (sweep && rondo_plan_make(sweep, registry, &plan, &error))
        fprintf(stderr, "unexpected: %s\n", error.text);
    rondo_sweep_destroy(sweep);
    return plan;
}

/* The messages of a sweep that must be refused; "" when it is not. */
static inline const char *messages(const char *text)
{
    static rondo_error error;
    rondo_sweep *sweep = NULL;
    rondo_plan *plan = NULL;
    memset(&error, 0, sizeof error);
    support_write("s.yaml", text);
    rondo_status status = rondo_sweep_load("s.yaml", &sweep, &error);
    if (!status) status = rondo_plan_make(sweep, registry, &plan, &error);
    CHECK(status == RONDO_USAGE && !plan);
    rondo_plan_destroy(plan);
    rondo_sweep_destroy(sweep);
    return error.text;
}

/* The value that a variant sets, or "". */
static inline const char *value_of(const rondo_plan_variant *variant, const char *path)
{
    const char *value = "";
    for (int64_t i = 0; i < variant->settings.count; i++)
        if (strcmp(variant->settings.items[i].path, path) == 0)
            value = variant->settings.items[i].value;
    return value;
}

#endif
