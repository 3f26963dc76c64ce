/* How far a forecast of a time series is off in the series' own units, and whether it is better
 * than what needs no model (data/forecasting.h): all forecasts are made at the same windows. */
#ifndef RONDO_EVALUATE_FORECAST_H
#define RONDO_EVALUATE_FORECAST_H

#include "base/json.h"
#include "base/text.h"
#include "data/batches/batch.h"
#include "model/pass.h"

typedef enum rondo_forecaster {
    RONDO_BY_MODEL = 0,
    RONDO_BY_PERSISTENCE = 1,
    RONDO_BY_SEASON = 2,
    RONDO_FORECASTERS = 3
} rondo_forecaster;

/* "model", "persistence", "seasonal_naive" */
const char *rondo_forecaster_name(rondo_forecaster forecaster);

/* Sums of one column, in its own units. */
typedef struct rondo_forecast_sums {
    double sizes, squares; /* of errors */
} rondo_forecast_sums;

/* All forecasts of splits. */
typedef struct rondo_forecast {
    const rondo_network *network;
    const rondo_dataset *dataset;
    rondo_split split;
    int64_t count;   /* values that were predicted of each column */
    bool has_season; /* false: the data have none, or a window has no whole period before it */
    rondo_forecast_sums *sums; /* [RONDO_FORECASTERS, target_count] */
    rondo_real *output;        /* [target_width]: scratch */
} rondo_forecast;

/* Of a data set of time series; both must outlive it. [main] */
rondo_status rondo_forecast_create(const rondo_network *network, const rondo_dataset *dataset,
                                   rondo_forecast **out, rondo_error *error);
void rondo_forecast_destroy(rondo_forecast *forecast);

/* Bytes that create takes; 0 where these are no time series. */
size_t rondo_forecast_bytes(const rondo_dataset *dataset);

/* All sums are 0, and what is taken from here on is the split's. [main] */
void rondo_forecast_start(rondo_forecast *forecast, rondo_split split);

/* After each evaluated minibatch, with its predictions. [main] */
void rondo_forecast_take(rondo_forecast *forecast, const rondo_batch *batch,
                         const rondo_real *prediction);

/* Adds the sums of another file with the same columns. [main] */
void rondo_forecast_add(rondo_forecast *forecast, const rondo_forecast *more);

/* Whether it makes forecasts of these splits. */
bool rondo_forecast_is_made(const rondo_forecast *forecast, rondo_forecaster forecaster);

/* Number `index` of those that need no model and are made; false: there are no more. */
bool rondo_forecast_naive(const rondo_forecast *forecast, int64_t index,
                          rondo_forecaster *forecaster);

typedef struct rondo_forecast_errors {
    double mean_absolute_error, root_mean_squared_error;
} rondo_forecast_errors;

/* Of one target column in its own units, or, with column -1, of all in units of their deviations.
 */
rondo_forecast_errors rondo_forecast_errors_of(const rondo_forecast *forecast,
                                               rondo_forecaster forecaster, int64_t column);

/* A table, one line for each column, and a line that says which naive forecasts the model is better
 * than. */
void rondo_forecast_describe(const rondo_forecast *forecast, rondo_text *text);

/* `"forecast": {"model": {"standardized": {"mean_absolute_error": ..}, "columns": {"OT": ..}}, ..}`
 */
void rondo_forecast_json(const rondo_forecast *forecast, rondo_json *json);

#endif
