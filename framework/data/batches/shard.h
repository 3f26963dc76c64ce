/* Shards of a minibatch: its rows dealt out like cards, so that a minibatch is the same `shards`
 * smaller ones whoever computes them.
 *
 * Row b belongs to shard b mod S, where it is row b / S. So shards are nearly equal in rows and in
 * length; rows keep their order, by falling length; the row of a carried state stays in its shard
 * from minibatch to minibatch, whatever rows have ended; and of a minibatch with fewer rows than
 * shards the first ones have one row each, the others none.
 *
 *     rows  b0 b1 b2 b3 b4 b5 b6   S = 3:   0: b0 b3 b6   1: b1 b4   2: b2 b5
 */
#ifndef RONDO_DATA_BATCHES_SHARD_H
#define RONDO_DATA_BATCHES_SHARD_H

#include "data/batches/batch.h"

/* Memory of one shard. */
typedef struct rondo_shard rondo_shard;

/* What the largest minibatch needs, or its largest shard: a bound on tokens. Without sources (of an
 * encoder-decoder) their sizes are 0. */
typedef struct rondo_shard_size {
    int64_t rows, steps, tokens;
    int64_t source_steps, source_tokens;
} rondo_shard_size;

/* Of the largest of `shards` shards, where the largest minibatch is `whole`. [any] */
rondo_shard_size rondo_shard_size_of(const rondo_shard_size *whole, int64_t shards);

/* For shards of the training split's minibatches, the largest of which is `whole`. [main] */
rondo_status rondo_shard_create(const rondo_dataset *dataset, const rondo_shard_size *whole,
                                int64_t shards, rondo_shard **out, rondo_error *error);
void rondo_shard_destroy(rondo_shard *shard);

/* Bytes of its arrays, with so many bytes of inputs and targets a token, and of targets a row, as
 * for rondo_batch_bytes. [any] */
size_t rondo_shard_bytes(const rondo_shard_size *whole, int64_t shards, size_t token_bytes,
                         size_t row_bytes);

/* Shards of a minibatch of so many rows that have rows: the first ones. [any] */
int64_t rondo_shard_filled(int64_t rows, int64_t shards);

/* Shard `number` of `shards`, which has rows, in memory that the next call reuses; `whole` must
 * outlive it. Cannot fail. [main] */
void rondo_shard_cut(rondo_shard *shard, const rondo_batch *whole, int64_t number, int64_t shards,
                     rondo_batch *batch);

#endif
