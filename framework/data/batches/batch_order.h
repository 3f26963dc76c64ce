/* Which sequences, or pieces of them, are the rows of a minibatch: the orders that
 * data/batches/batch.h promises. Private to data/. */
#ifndef RONDO_DATA_BATCHES_BATCH_ORDER_H
#define RONDO_DATA_BATCHES_BATCH_ORDER_H

#include "data/batches/batch.h"
#include "data/batches/collate.h"

typedef struct rondo_batch_order rondo_batch_order;

/* Of one split, which must outlive it; `config` is of use: batch_size at least 1. [main] */
rondo_status rondo_batch_order_create(const rondo_sequences *from, bool stream,
                                      const rondo_batches_config *config, rondo_batch_order **out,
                                      rondo_error *error);
void rondo_batch_order_destroy(rondo_batch_order *order);

/* Largest rows and steps of any minibatch of any epoch, and a bound on its tokens. */
void rondo_batch_order_largest(const rondo_batch_order *order, int64_t *rows, int64_t *steps,
                               int64_t *tokens);

/* Minibatches of an epoch: the same number in each. */
int64_t rondo_batch_order_count(const rondo_batch_order *order);

/* Bytes that the order takes. */
size_t rondo_batch_order_bytes(const rondo_batch_order *order);

/* Fills `row` with those of a minibatch, by falling length; returns how many there are. carry: they
 * are the first rows of the minibatch before, each going on where it ended there. */
int64_t rondo_batch_order_get(rondo_batch_order *order, int64_t epoch, int64_t position,
                              rondo_segment *row, bool *carry);

#endif
