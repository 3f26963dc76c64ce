/* What the config tests share: the plugins of this build, and a config's messages or text. */
#ifndef RONDO_TESTS_CONFIG_SUPPORT_H
#define RONDO_TESTS_CONFIG_SUPPORT_H

#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "config/experiment.h"
#include "support/registry.h"

static rondo_registry *registry;

/* Only this build's plugins, whatever the environment says. */
static inline bool support_start(void)
{
    rondo_error error = {0};
    unsetenv("RONDO_PLUGINS");
    bool is_right =
        test_registry_create(RONDO_BINARY_DIR "/plugins", &registry, &error) == RONDO_OK &&
        chdir(RONDO_SOURCE_DIR "/tests/config") == 0;
    if (!is_right) fprintf(stderr, "cannot start: %s\n", error.text);
    return is_right;
}

static inline int support_end(void)
{
    rondo_registry_destroy(registry);
    return check_end();
}

/* The least that makes a config, to be followed by more keys of the root. */
#define LEAST                                                                                      \
    "behavior_version: 1\n"                                                                        \
    "data: {path: input.txt}\n"                                                                    \
    "model: {layers: [{cell: lstm, hidden: 8}]}\n"                                                 \
    "optimizer: {name: adam}\n"

/* The experiment, or NULL with the failure printed. */
static inline rondo_experiment *parse(const char *text, const char *set)
{
    rondo_experiment *experiment;
    rondo_error error = {0};
    if (rondo_experiment_parse("test", "/data", text, &set, set ? 1 : 0, registry, &experiment,
                               &error))
        fprintf(stderr, "unexpected: %s\n", error.text);
    return experiment;
}

/* The messages of a config that must fail; "" when it does not. */
static inline const char *messages(const char *text, const char *set)
{
    static rondo_error error;
    rondo_experiment *experiment;
    memset(&error, 0, sizeof error);
    rondo_status status = rondo_experiment_parse("test", "/data", text, &set, set ? 1 : 0, registry,
                                                 &experiment, &error);
    CHECK((status == RONDO_OK) == (experiment != NULL));
    rondo_experiment_destroy(experiment);
    return error.text;
}

#endif
