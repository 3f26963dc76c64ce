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

/* What comes behind the last rows of a file of a run's time series: one forecast, or one for each
 * id that has rows enough. Forecast i stands behind part parts[i] of the file, which is file
 * RONDO_FORECAST_FILE of the series (data/formats/series_table.h says its id and times). */
typedef struct rondo_forecasts {
    rondo_series *series; /* the rows of the file; NULL after a failure */
    int64_t count;
    int64_t *parts; /* [count] */
    double *values; /* [count, horizon, target_count]: in the file's units */
} rondo_forecasts;

enum { RONDO_FORECAST_FILE = RONDO_TEST };

/* Each from the last window of its rows. The session's data are a time series, and it has none of
 * them. Refused: a file with fewer rows behind the last gap or missing value than a window takes;
 * of a file with ids, ids that have too few are named in a warning. Finish in any case. [main] */
rondo_status rondo_series_forecast(const rondo_session *session, const char *path,
                                   rondo_forecasts *forecasts, rondo_error *error);
void rondo_forecasts_finish(rondo_forecasts *forecasts);

#endif
