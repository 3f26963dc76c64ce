/* Runs of small models from a config in a text, and the parameters that they end with. Failures to
 * train end the test program: a test that cannot start has failed. */
#ifndef RONDO_TESTS_TRAIN_TRAINED_H
#define RONDO_TESTS_TRAIN_TRAINED_H

#include "base/error.h"
#include "plugin/registry.h"

enum { TRAINED_PARAMETERS = 2000, TRAINED_CLASSES = 8 };

typedef struct trained {
    rondo_status status; /* of reading the config and of starting */
    rondo_error error;
    int64_t count, tokens; /* parameters; of the training split */
    double parameters[TRAINED_PARAMETERS];
    double class_weights[TRAINED_CLASSES]; /* zeros where the run has none */
} trained;

/* Plugins in double precision. */
rondo_registry *trained_plugins(void);

/* Trains from the start, with one thread. */
void trained_run(rondo_registry *registry, const char *config, const char *const *sets,
                 int64_t set_count, trained *out);

/* The largest difference of two parameters; infinite where they are not equally many. */
double trained_distance(const trained *a, const trained *b);

#endif
