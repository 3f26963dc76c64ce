/* Label sequences that a model answers, compared with those that are known: for metrics of them. */
#ifndef RONDO_EVALUATE_LABEL_ERRORS_H
#define RONDO_EVALUATE_LABEL_ERRORS_H

#include "evaluate/metric.h"

typedef struct rondo_label_comparison rondo_label_comparison;

/* For minibatches of at most that size. [main] */
rondo_status rondo_label_comparison_create(const rondo_pass_size *size,
                                           rondo_label_comparison **out, rondo_error *error);
void rondo_label_comparison_destroy(rondo_label_comparison *comparison);

/* Exact bytes of create. [any] */
size_t rondo_label_comparison_bytes(const rondo_pass_size *size);

/* Of the minibatch that the pass evaluated last; there until the next. [main] */
const rondo_label_errors *rondo_label_comparison_run(rondo_label_comparison *comparison,
                                                     const rondo_pass *pass,
                                                     const rondo_batch *batch);

/* The least number of insertions, deletions and substitutions that make one sequence of the other
 * (Levenshtein 1966); `row` has room for known_count + 1. [any] */
int64_t rondo_edit_distance(const int32_t *known, int64_t known_count, const int32_t *answered,
                            int64_t answered_count, int64_t *row);

#endif
