/* Precision, recall and F1 of entities, as the script conlleval (CoNLL-2000) computes them: an
 * entity is right when its first step, its last step and its type are. What begins and ends one is
 * in data/text/tags.h; nothing is repaired first, so illegal sequences count as conlleval counts
 * them.
 */
#ifndef RONDO_EVALUATE_ENTITIES_H
#define RONDO_EVALUATE_ENTITIES_H

#include <stdint.h>

#include "base/error.h"
#include "data/batches/batch.h"
#include "evaluate/label_count.h"

/* Adds one sequence to counts [tags->type_count]; gold and predicted are labels, steps apart by 1.
 * [any] */
void rondo_entities_count(const rondo_tags *tags, const int32_t *gold, const int32_t *predicted,
                          int64_t steps, rondo_label_count *counts);

/* Tags of a whole split, collected from minibatches in any order, also where these hold pieces of
 * sequences; then counted sequence by sequence. */
typedef struct rondo_entities rondo_entities;

/* For splits of `dataset`, whose tags spell entities and which must outlive it. [main] */
rondo_status rondo_entities_create(const rondo_dataset *dataset, rondo_entities **out,
                                   rondo_error *error);
void rondo_entities_destroy(rondo_entities *entities);

/* Bytes that create takes. */
size_t rondo_entities_bytes(const rondo_dataset *dataset);

/* What is taken from here on is the split's, until `finish`. [main] */
void rondo_entities_start(rondo_entities *entities, rondo_split split);

/* After each evaluated minibatch: the class predicted for each of its packed rows. [main] */
void rondo_entities_take(rondo_entities *entities, const rondo_batch *batch,
                         const int32_t *classes);

/* Counts. [main] */
void rondo_entities_finish(rondo_entities *entities);

/* Of the split finished last: all types together, and [tags->type_count] by type. */
rondo_label_count rondo_entities_total(const rondo_entities *entities);
const rondo_label_count *rondo_entities_by_type(const rondo_entities *entities);

/* The tags of its data. */
const rondo_tags *rondo_entities_tags(const rondo_entities *entities);

#endif
