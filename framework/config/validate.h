/* Keys that are right one by one and wrong together. */
#ifndef RONDO_CONFIG_VALIDATE_H
#define RONDO_CONFIG_VALIDATE_H

#include "config/reader_value.h"

/* Reports at the key that is most likely to be changed; a pair of keys of which one already has a
 * problem is left alone. */
void rondo_validate(rondo_problems *problems, const rondo_node *root,
                    const rondo_experiment *experiment, rondo_registry *registry);

/* What validation looks at; that of a format, too (config/format.h). */
typedef struct rondo_validator {
    rondo_problems *problems;
    const rondo_node *root;
    const rondo_experiment *experiment;
    rondo_registry *registry;
} rondo_validator;

/* A problem at `key`, unless it or `other` (may be NULL) has one already. */
void rondo_validator_refuse(const rondo_validator *validator, const char *key, const char *other,
                            const char *text);

/* Pooling, layers, input and readout of the model (validate_model.c). */
void rondo_validate_model(const rondo_validator *validator);

/* Pairs, the decoder, scheduled sampling (validate_translation.c). */
void rondo_validate_translation(const rondo_validator *validator);

#endif
