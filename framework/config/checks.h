/* Keys that are right one by one and wrong together. */
#ifndef RONDO_CONFIG_CHECKS_H
#define RONDO_CONFIG_CHECKS_H

#include "config/reader.h"

/* Reports at the key that is most likely to be changed; a pair of keys of which one already has a
 * problem is left alone. */
void rondo_checks_run(rondo_problems *problems, const rondo_node *root,
                      const rondo_experiment *experiment, rondo_registry *registry);

/* What the checks look at; those of a format, too (config/format.h). */
typedef struct rondo_checks {
    rondo_problems *problems;
    const rondo_node *root;
    const rondo_experiment *experiment;
    rondo_registry *registry;
} rondo_checks;

/* A problem at `key`, unless it or `other` (may be NULL) has one already. */
void rondo_checks_refuse(const rondo_checks *checks, const char *key, const char *other,
                         const char *text);

/* Pooling, layers, input and readout of the model (checks_model.c). */
void rondo_checks_model(const rondo_checks *checks);

/* Pairs, the decoder, scheduled sampling (checks_translation.c). */
void rondo_checks_translation(const rondo_checks *checks);

#endif
