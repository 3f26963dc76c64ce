/* Every prediction of a split, handed over one by one. */
#ifndef RONDO_INFER_SPLIT_ROWS_H
#define RONDO_INFER_SPLIT_ROWS_H

#include "data/batches/batch.h"
#include "session/session.h"

/* A step's prediction or, with pooling, a sequence's. */
typedef struct rondo_split_row {
    const rondo_batch *batch;
    int64_t row;                  /* its targets are the batch's of this row */
    const rondo_real *prediction; /* [output_width], as the loss takes it: not activated */
    int64_t sequence;             /* of the split */
    int64_t place;                /* of the step in the split's arrays; with pooling the sequence */
} rondo_split_row;

typedef void (*rondo_split_take)(void *context, const rondo_split_row *row);

/* Places there are: those of a split whose sequences leave steps out are not all taken. */
int64_t rondo_split_rows_count(const rondo_session *session, rondo_split split);

/* The session has its data, and that split; its network is not an encoder-decoder. Minibatch by
 * minibatch, so in no order to rely on. [main] */
rondo_status rondo_split_rows_each(const rondo_session *session, rondo_split split,
                                   rondo_split_take take, void *context, rondo_error *error);

#endif
