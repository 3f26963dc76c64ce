/* Minibatches: which sequences, in which order, packed time-major without padding.
 *
 * Rows are sorted by falling length, so the rows still alive at step t are 0 .. active[t]-1, and
 * step t of row b is packed row offset[t] + b, offset[t] = active[0] + .. + active[t-1]:
 *
 *     t=0: b0 b1 b2 b3 | t=1: b0 b1 b2 b3 | t=2: b0 b1 | t=3: b0      active = 4 4 2 1
 *
 * Streams: the split's one sequence is cut into batch_size parallel streams whose lengths differ by
 * at most 1, the longer first; minibatch k is steps k * truncated_bptt and on of all of them.
 *
 * Long sequences are cut likewise: the sequences that meet are a group, which is taken through its
 * steps minibatch by minibatch, truncated_bptt steps at a time. Rows keep their order, by length of
 * the whole sequence; those that have ended are the last ones and drop out:
 *
 *     truncated_bptt 2:   t=0 1: b0 b1 b2 b3 | t=2 3: b0 b1 (b0 alone at 3)     carry: no | yes
 *
 * Without carry_state each piece is a sequence of its own. What follows is said of groups; where
 * nothing is cut a group is a minibatch.
 *
 * Sequences, not shuffled: batch_size at a time in the order of the data set. Shuffled: a random
 * order; windows of 50 groups of it are sorted by length, so that the rows of a minibatch are
 * nearly equally long; then the groups come in random order. So that an epoch has the same number
 * of minibatches always, sequences that go through equally many stay together before that.
 *
 * With batch_tokens a minibatch has at most so many tokens, too. Not shuffled: as many sequences in
 * the order of the data set as both limits allow. Shuffled: buckets of similar length
 * (data/batches/batching.h), in a bucket a random order; so an epoch has the same number of minibatches
 * always.
 *
 * Pairs are cut and sorted by their targets; the sources of a minibatch are a minibatch beside it,
 * sorted by their own lengths (data/batches/source_rows.h).
 *
 * Everything is a pure function of (seed, epoch, position), so a checkpoint needs only those two
 * numbers. Where the data set has one target per sequence, so has the minibatch one per row.
 *
 * The carried state belongs to row b of the network: where `carry` is true, row b is that of the
 * minibatch before.
 */
#ifndef RONDO_DATA_BATCHES_BATCH_H
#define RONDO_DATA_BATCHES_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/dataset.h"

typedef struct rondo_batch {
    int64_t rows;                                /* B */
    int64_t steps;                               /* T */
    int64_t tokens;                              /* N, sum of active */
    const int64_t *active;                       /* [T] */
    const int64_t *offset;                       /* [T + 1] */
    const int32_t *inputs;                       /* [N] or NULL */
    const int32_t *features[RONDO_MAX_FEATURES]; /* [N] each, those that there are */
    const rondo_real *input_values;              /* [N, input_width] or NULL */
    const int32_t *targets;                      /* [N], with targets per sequence [B]; or NULL */
    const rondo_real *target_values;             /* [N or B, target_width] or NULL */
    const int64_t *label_offset;      /* of the split: label sequences, those of row b from
                                         label_offset[sequence[b]] on; NULL: none */
    const int32_t *label_ids;         /* class ids, of the split */
    const int64_t *sequence;          /* [B]: which sequence a row is (stream: which stream) */
    const int64_t *start;             /* [B]: where its first step stands in the split's arrays */
    bool carry;                       /* start from the states the preceding minibatch ended with */
    const struct rondo_batch *source; /* translation: the sources, a minibatch whose rows have an
                                         order of their own; else NULL */
    const int64_t *source_row;        /* [B]: the row of `source` that belongs to a row */
    const struct rondo_batch *whole;  /* the minibatch that this is a shard of
                                         (data/batches/shard.h); NULL:  it is whole */
    const int64_t *place;             /* [B]: the row of `whole` that a row is */
} rondo_batch;

/* The row of the whole minibatch that row b is. What is drawn for a row goes by it, so that masks
 * do not depend on shards. [any] */
static inline int64_t rondo_batch_place(const rondo_batch *batch, int64_t b)
{
    return batch->whole ? batch->place[b] : b;
}

/* A number of row b at step t among all rows at all steps, as if none ended early; and its packed
 * row in the whole minibatch. [any] */
static inline int64_t rondo_batch_number(const rondo_batch *batch, int64_t t, int64_t b)
{
    return t * (batch->whole ? batch->whole->rows : batch->rows) + rondo_batch_place(batch, b);
}

static inline int64_t rondo_batch_token(const rondo_batch *batch, int64_t t, int64_t b)
{
    return (batch->whole ? batch->whole->offset[t] : batch->offset[t]) +
           rondo_batch_place(batch, b);
}

/* The labels of row b, which has some or none; the minibatch has label sequences. [any] */
static inline const int32_t *rondo_batch_labels(const rondo_batch *batch, int64_t b, int64_t *count)
{
    const int64_t *offset = batch->label_offset + batch->sequence[b];
    *count = offset[1] - offset[0];
    return batch->label_ids + offset[0];
}

/* Whether anything is to be predicted that is known. [any] */
static inline bool rondo_batch_has_targets(const rondo_batch *batch)
{
    return batch->targets || batch->target_values || batch->label_offset;
}

typedef struct rondo_batches rondo_batches;

typedef struct rondo_batches_config {
    int64_t batch_size;
    int64_t batch_tokens; /* 0: no limit; a longer sequence is a minibatch alone. Not for streams */
    int64_t truncated_bptt; /* 0: whole sequences, the only choice with targets per sequence */
    bool carry_state;       /* what is cut goes on from the states it ended with */
    bool shuffle;           /* order of sequences new each epoch; never for streams */
    uint64_t seed;
} rondo_batches_config;

/* Over one split of a dataset, which must outlive it. [main] */
rondo_status rondo_batches_create(const rondo_dataset *dataset, rondo_split split,
                                  const rondo_batches_config *config, rondo_batches **out,
                                  rondo_error *error);
void rondo_batches_destroy(rondo_batches *batches);

/* The same minibatches in memory of their own, but with the order of the other, which must outlive
 * it; only one of the two may be asked for a minibatch at a time. `dataset` and `split` are the
 * other's. [main] */
rondo_status rondo_batches_create_beside(const rondo_batches *other, const rondo_dataset *dataset,
                                         rondo_split split, rondo_batches **out,
                                         rondo_error *error);

/* Largest rows and steps of any minibatch of any epoch, and a bound on its tokens (the sum of the
 * longest sequences): what the network must be sized for. */
void rondo_batches_largest(const rondo_batches *batches, int64_t *rows, int64_t *steps,
                           int64_t *tokens);
/* The longest label sequence; 0 where there are none. */
int64_t rondo_batches_longest_labels(const rondo_batches *batches);
/* The same of the sources, whose rows are as many; 0 where there are none. */
void rondo_batches_largest_source(const rondo_batches *batches, int64_t *steps, int64_t *tokens);

/* Bytes of the arrays of one minibatch of that size, with so many bytes of inputs and targets a
 * token, and of targets a row. */
size_t rondo_batch_bytes(int64_t rows, int64_t steps, int64_t tokens, size_t token_bytes,
                         size_t row_bytes);
/* And of its sources. */
size_t rondo_batch_source_bytes(int64_t rows, int64_t steps, int64_t tokens);

/* Bytes of the order of sequences: what the data set, not the minibatch, makes it take. */
size_t rondo_batches_order_bytes(const rondo_batches *batches);

/* Minibatches of one epoch, and tokens in all of them (every token of the split exactly once). */
int64_t rondo_batches_count(const rondo_batches *batches);
int64_t rondo_batches_tokens(const rondo_batches *batches);

/* Minibatch `position` of `epoch` (both from 0), gathered into memory that the next call reuses.
 * Cannot fail: the memory is that of the largest. */
void rondo_batches_get(rondo_batches *batches, int64_t epoch, int64_t position, rondo_batch *batch);

#endif
