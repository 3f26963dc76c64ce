/* What a model says of a whole split, in the split's own order. */
#ifndef RONDO_INFER_SPLIT_OUTPUTS_H
#define RONDO_INFER_SPLIT_OUTPUTS_H

#include "session/session.h"

/* Probabilities, or values. With one prediction per sequence that of sequence s is number s,
 * otherwise that of step i of sequence s is number rondo_sequence_start(s) + i. */
typedef struct rondo_split_outputs {
    int64_t count, width;
    rondo_real *values;         /* [count, width] */
    const rondo_scales *scales; /* of the data set; may be NULL */
} rondo_split_outputs;

/* The session has its data, and that split; its network is not an encoder-decoder. Finish in any
 * case. [main] */
rondo_status rondo_split_outputs_make(const rondo_session *session, rondo_split split,
                                      rondo_split_outputs *outputs, rondo_error *error);
void rondo_split_outputs_finish(rondo_split_outputs *outputs);

#endif
