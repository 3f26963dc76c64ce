/* What rows of a minibatch are made of, and how their steps are packed into its arrays. */
#ifndef RONDO_DATA_BATCHES_COLLATE_H
#define RONDO_DATA_BATCHES_COLLATE_H

#include "data/dataset.h"

/* A sequence, a part of a long one, or of a parallel stream. */
typedef struct rondo_segment {
    int64_t sequence;
    int64_t start; /* in the split's arrays */
    int64_t length;
} rondo_segment;

typedef struct rondo_collation {
    const rondo_sequences *from;
    int64_t input_width, target_width;
    bool sequence_targets;
    int64_t epoch;            /* of sequences that are new in each */
    const rondo_segment *row; /* [rows], by falling length */
    int64_t rows, steps;
    const int64_t *active; /* [steps] */
    /* where to: the arrays of data/batches/batch.h, NULL where `from` has no such */
    int32_t *inputs, *targets;
    int32_t *const *features; /* [RONDO_MAX_FEATURES] */
    rondo_real *input_values, *target_values;
} rondo_collation;

/* to[offset[t] + b] = from[start of row b + t]; targets of sequences: to[b] = from[sequence of row
 * b]. Fresh sequences are made in their place. [any] */
void rondo_collation_run(const rondo_collation *gather);

#endif
