/* A decoder at work, one symbol per row at a time: each row reads a symbol and predicts the next one,
 * all rows in one pass. What beam search and scheduled sampling are made of. */
#ifndef RONDO_INFER_INCREMENTAL_DECODER_H
#define RONDO_INFER_INCREMENTAL_DECODER_H

#include "model/pass.h"

typedef struct rondo_incremental_decoder rondo_incremental_decoder;

/* What it must have room for; several rows may share a source. */
typedef struct rondo_incremental_decoder_size {
    int64_t rows;
    int64_t source_rows, source_steps, source_tokens;
    int threads;
} rondo_incremental_decoder_size;

/* Exact bytes of create. [main] */
rondo_status rondo_incremental_decoder_bytes(const rondo_network *network,
                                             const rondo_incremental_decoder_size *size,
                                             size_t *bytes, rondo_error *error);

/* Over an encoder-decoder, which must outlive it. [main] */
rondo_status rondo_incremental_decoder_create(const rondo_network *network,
                                              const rondo_incremental_decoder_size *size,
                                              rondo_incremental_decoder **out, rondo_error *error);
void rondo_incremental_decoder_destroy(rondo_incremental_decoder *decoder);

/* To be called after every change of the parameters. [main] */
void rondo_incremental_decoder_load(rondo_incremental_decoder *decoder,
                                    const rondo_real *parameters);

/* Reads the sources; row r then reads symbols[r] as its first one, knowing source source_row[r].
 * `source` and `source_row` must stay as they are while steps follow.
 * Returns predictions before the softmax, [rows, output_width], valid until the next step. [main]
 */
const rondo_real *rondo_incremental_decoder_start(rondo_incremental_decoder *decoder,
                                                  const rondo_batch *source, int64_t rows,
                                                  const int64_t *source_row,
                                                  const int32_t *symbols);

/* The next symbol of rows 0 .. rows-1; rows may become fewer. [main] */
const rondo_real *rondo_incremental_decoder_next(rondo_incremental_decoder *decoder, int64_t rows,
                                                 const int32_t *symbols);

/* Row r goes on where row from[r] was, which has the same source. [main] */
void rondo_incremental_decoder_reorder(rondo_incremental_decoder *decoder, int64_t rows,
                                       const int64_t *from);

#endif
