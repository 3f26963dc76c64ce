/* What a model reads and writes: which symbols, classes or values go in and come out, and how.
 *
 * A format makes it while it reads data (config/format.h), the training split deciding; a
 * checkpoint keeps it as one group (store/schema.h); whoever reads data for a trained model gives
 * that model's own, so that new data are read as the old were.
 *
 * Owned in one place: by the data set where data are loaded, by the session (session/session.h)
 * where a model is restored without data, by a checkpoint's header until a session takes it.
 * Nothing in it changes once it is made: [any] may read it.
 */
#ifndef RONDO_DATA_SCHEMA_H
#define RONDO_DATA_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/experiment.h"
#include "data/scales.h"
#include "data/text/vocabulary.h"

typedef struct rondo_schema {
    int64_t input_width;       /* symbols and, behind them, classes; or values per step; of pairs
                                  those of the sources */
    int64_t target_width;      /* classes, symbols or values per target; 0: not known */
    rondo_target target;       /* what the loss must take: RONDO_TARGET_... */
    bool sequence_targets;     /* one target per sequence, not one per step */
    rondo_vocabulary *inputs;  /* NULL: values */
    rondo_vocabulary *targets; /* NULL: values; the same object as inputs where one dictionary is
                                  for both (language models, data.shared_vocabulary) */
    int32_t first_class;       /* targets below it are the unknown and the end symbol, which are
                                  never answered (data/classes.h) */
    rondo_vocabulary *classes; /* of the lines of a language model; NULL: it has none. Input id of a
                                  class: size of inputs + its id */
    int64_t feature_count;     /* data.features */
    rondo_vocabulary *features[RONDO_MAX_FEATURES];
    int tag_scheme;       /* rondo_tag_scheme that the tags of training spell; none: no entities;
                             auto: not known, or there are no tags */
    rondo_scales *scales; /* columns of values; NULL: they are as they were and have no names */
} rondo_schema;

/* An empty one. [main] */
rondo_status rondo_schema_create(rondo_schema **out, rondo_error *error);
void rondo_schema_destroy(rondo_schema *schema); /* with all it holds; NULL is fine */

/* The dictionary that targets have for themselves. NULL: they are values, or have that of the
 * inputs. [any] */
const rondo_vocabulary *rondo_schema_own_targets(const rondo_schema *schema);

/* A dictionary of its own with the names of another, which has the unknown and the end symbol; of
 * NULL it is an error. [main] */
rondo_status rondo_schema_copy_dictionary(const rondo_vocabulary *from, rondo_vocabulary **out,
                                          rondo_error *error);

/* The same of classes, which may begin with id 0 (data/classes.h). [main] */
rondo_status rondo_schema_copy_classes(const rondo_vocabulary *from, rondo_vocabulary **out,
                                       rondo_error *error);

#endif
