/* What a data set of time series knows beside its sequences: what forecasts are compared with, and
 * what belongs to the steps that they are of. A format that provides windows
 * (RONDO_PROVIDES_WINDOWS) makes one while it reads, as the first member of a struct of its own;
 * whoever forecasts or evaluates asks these fields, never the format.
 *
 * A model of such data has horizon * T outputs, where T is target_count of the schema's scales:
 * output i, made at a step, is of target column i % T, i / T + 1 steps later.
 *
 * `row` is a step of the arrays of a split (rondo_sequence_start + step): the one at which a
 * prediction is made. All calls but destroy: [any].
 */
#ifndef RONDO_DATA_FORECASTING_H
#define RONDO_DATA_FORECASTING_H

#include "data/dataset.h"
#include "data/text/moment.h"

/* Forecasts that need no model (Hyndman & Athanasopoulos 2021, Forecasting: Principles and
 * Practice, section 5.2). */
typedef enum rondo_naive {
    RONDO_NAIVE_NONE = 0,
    RONDO_NAIVE_PERSISTENCE = 1, /* the last known value */
    RONDO_NAIVE_SEASONAL = 2     /* the value a period before */
} rondo_naive;

struct rondo_forecasting {
    int64_t horizon;       /* steps that are predicted at once */
    const char *id, *time; /* names of the columns of ids and times; NULL: there is none */

    void (*destroy)(rondo_forecasting *forecasting); /* frees the format's struct. [main] */

    /* The model's output number i in the units of the file. */
    double (*in_units)(const rondo_forecasting *forecasting, rondo_split split, int64_t row,
                       int64_t i, double output);

    /* What it should be, in the units of the file; not of last windows, where it is not known. */
    double (*actual)(const rondo_forecasting *forecasting, rondo_split split, int64_t row,
                     int64_t i);

    /* The forecast that needs no model; the seasonal one where has_season says so. */
    double (*naive)(const rondo_forecasting *forecasting, rondo_naive naive, rondo_split split,
                    int64_t row, int64_t i);

    /* Whether a value a period before is known of all outputs at a row. NULL: never. */
    bool (*has_season)(const rondo_forecasting *forecasting, rondo_split split, int64_t row);

    /* The id of a row's series; NULL without ids. */
    const char *(*id_of)(const rondo_forecasting *forecasting, rondo_split split, int64_t row);

    /* The time of the step k steps later, as the file writes times; "" where it is not known. NULL
     * without times. */
    void (*time_of)(const rondo_forecasting *forecasting, rondo_split split, int64_t row, int64_t k,
                    char text[RONDO_MOMENT_SIZE]);
};

#endif
