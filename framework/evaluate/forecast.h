/* How far a forecast of a time series is off in the series' own units, and whether it is better
 * than what needs no model (data/formats/series.h): all forecasts are made at the same windows. */
#ifndef RONDO_EVALUATE_FORECAST_H
#define RONDO_EVALUATE_FORECAST_H

#include "base/text.h"
#include "data/batches/batch.h"
#include "model/pass.h"
#include "store/metrics.h"

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

typedef struct rondo_forecast {
    const rondo_series *series;
    int64_t count;   /* values that were predicted of each column */
    bool has_season; /* false: data.series.season is 0, or a window has no whole period before it */
    rondo_forecast_sums *sums; /* [RONDO_FORECASTERS, target_count] */
    rondo_real *output;        /* [target_width]: scratch */
} rondo_forecast;

/* All forecasts of a split, with the parameters loaded into `pass`, which was created with
 * size.predictions; `batches` are the split's. The data set has a series. Finish in any case.
 * [main] */
rondo_status rondo_forecast_run(rondo_pass *pass, rondo_batches *batches,
                                const rondo_network *network, const rondo_dataset *dataset,
                                rondo_split split, rondo_forecast *forecast, rondo_error *error);
void rondo_forecast_finish(rondo_forecast *forecast);

typedef struct rondo_forecast_errors {
    double mean_absolute_error, root_mean_squared_error;
} rondo_forecast_errors;

/* Of one target column in its own units, or, with column -1, of all in units of their deviations.
 */
rondo_forecast_errors rondo_forecast_errors_of(const rondo_forecast *forecast,
                                               rondo_forecaster forecaster, int64_t column);

/* A table, a line a column, and a line that says which naive forecasts the model is better than. */
void rondo_forecast_describe(const rondo_forecast *forecast, rondo_text *text);

/* {"model": {"standardized": {"mean_absolute_error": ..}, "columns": {"OT": ..}}, ..} */
void rondo_forecast_json(const rondo_forecast *forecast, rondo_text *text);

/* The figures in units of deviations and, of a series with one target, in its own. */
void rondo_forecast_record(const rondo_forecast *forecast, rondo_record *record);

#endif
