/* The sources of a minibatch of pairs, packed by lengths of their own.
 *
 * The minibatch's rows are sorted by target length; its sources are a minibatch of their own,
 * sorted by source length, so that neither side does arithmetic on padding. source_row says which
 * row of it belongs to a row:
 *
 *     rows      b0 b1 b2    targets  ##### #### ##       source_row = 1 0 2
 *     sources   r0 r1 r2    sources  ###### #### ###     r0 is the source of b1
 */
#ifndef RONDO_DATA_BATCHES_SOURCE_ROWS_H
#define RONDO_DATA_BATCHES_SOURCE_ROWS_H

#include "data/batches/batch.h"

typedef struct rondo_source_rows rondo_source_rows;

/* Room for minibatches of at most `rows` of these sources, which must outlive it. [main] */
rondo_status rondo_source_rows_create(const rondo_sequences *sources, int64_t rows,
                                      rondo_source_rows **out, rondo_error *error);
void rondo_source_rows_destroy(rondo_source_rows *rows);

/* Steps of the longest source, and a bound on the tokens of a minibatch. */
void rondo_source_rows_largest(const rondo_source_rows *rows, int64_t *steps, int64_t *tokens);

/* Fills batch->source and batch->source_row for the batch's sequences. Equally long sources stay in
 * the order of the rows. Cannot fail. */
void rondo_source_rows_get(rondo_source_rows *rows, rondo_batch *batch);

#endif
