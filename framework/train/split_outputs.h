/* What a model says of a whole split, in the split's own order. */
#ifndef RONDO_TRAIN_SPLIT_OUTPUTS_H
#define RONDO_TRAIN_SPLIT_OUTPUTS_H

#include "train/session.h"

/* Probabilities, or values. With one prediction a sequence that of sequence s is number s,
 * otherwise that of step i of sequence s is number rondo_sequence_start(s) + i. */
typedef struct rondo_split_outputs {
    int64_t count, width;
    rondo_real *values; /* [count, width] */
} rondo_split_outputs;

/* The session has its data, and that split; its network is not an encoder-decoder. Finish in any
 * case. [main] */
rondo_status rondo_split_outputs_make(const rondo_session *session, rondo_split split,
                                      rondo_split_outputs *outputs, rondo_error *error);
void rondo_split_outputs_finish(rondo_split_outputs *outputs);

/* The horizon behind the last row of a file of the run's time series, from its last window, in the
 * file's units: into [horizon, target_count]. The session has a series and no data. Refused: a file
 * with fewer rows than a window takes. [main] */
rondo_status rondo_series_forecast(const rondo_session *session, const char *path, double *values,
                                   rondo_error *error);

#endif
