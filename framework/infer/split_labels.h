/* The label sequences that a model answers to a whole split, in the split's own order. */
#ifndef RONDO_INFER_SPLIT_LABELS_H
#define RONDO_INFER_SPLIT_LABELS_H

#include "session/session.h"

/* Those of sequence s are labels offset[s] .. offset[s+1]-1. */
typedef struct rondo_split_labels {
    int64_t count;   /* of sequences */
    int64_t *offset; /* [count + 1] */
    int32_t *labels; /* class ids */
} rondo_split_labels;

/* The session has its data, that split, and a loss of label sequences. Finish in any case. [main] */
rondo_status rondo_split_labels_make(const rondo_session *session, rondo_split split,
                                     rondo_split_labels *labels, rondo_error *error);
void rondo_split_labels_finish(rondo_split_labels *labels);

#endif
