/* Which classes a model answers.
 *
 * Dictionaries that rondo builds begin with the unknown and the end symbol. They are no classes: a
 * tagger or a classifier never answers them, and accuracy ranks the others alone. The targets of a
 * ragged file begin with them, too, where they are spelled so, as `rondo export` writes them; else
 * every id of such a file is a class, from 0 on.
 */
#ifndef RONDO_DATA_CLASSES_H
#define RONDO_DATA_CLASSES_H

#include <stdbool.h>
#include <stdint.h>

#include "config/experiment.h"
#include "data/text/vocabulary.h"

/* Whether names begin with the unknown and the end symbol, in the config's spelling (may be NULL)
 * or the default one. [any] */
bool rondo_names_are_reserved(const rondo_vocabulary_config *config, const char *const *names,
                              int64_t count);

/* Whether an input symbol is called unknown: "<UNK>", "<unk>", "[UNK]", "unknown" or as configured.
 * Of inputs that is what id 0 should be. [any] */
bool rondo_name_is_unknown(const rondo_vocabulary_config *config, const char *name);

/* The first class that is answered; 0 for tasks that answer no classes (NULL: no dictionary) and
 * where nothing but the two symbols is there. [any] */
int32_t rondo_classes_first(const rondo_experiment *experiment, const rondo_vocabulary *targets);

#endif
