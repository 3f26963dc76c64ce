/* Where minibatches begin and end in an order of sequences: at most so many rows, and, with
 * most_tokens > 0, at most so many tokens; but one row at least. */
#ifndef RONDO_DATA_BATCHES_BATCHING_H
#define RONDO_DATA_BATCHES_BATCHING_H

#include <stdint.h>

/* Sequences as they come. Returns the number of minibatches; minibatch k is sequences first[k] ..
 * first[k + 1] - 1 (first has room for count + 1, or is NULL). [any] */
int64_t rondo_batching_in_order(const int64_t *lengths, int64_t count, int64_t most_rows,
                                int64_t most_tokens, int64_t *first);

/* Sequences sorted by falling length become buckets of similar length, and a bucket minibatches of
 * one size, which holds whichever of its sequences meet: so the number of minibatches is the same
 * for every order within buckets. bucket[i]: the longest length in the bucket of i, another one for
 * every bucket. [any] */
int64_t rondo_batching_by_bucket(const int64_t *lengths, int64_t count, int64_t most_rows,
                                 int64_t most_tokens, int64_t *first, int64_t *bucket);

#endif
