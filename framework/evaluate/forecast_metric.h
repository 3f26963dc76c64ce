/* What the metrics of forecasts share. */
#ifndef RONDO_EVALUATE_FORECAST_METRIC_H
#define RONDO_EVALUATE_FORECAST_METRIC_H

#include "evaluate/metric.h"

/* An error of all forecasts by one of the forecasters. */
typedef double (*rondo_forecast_error)(const rondo_forecast *forecast, rondo_forecaster forecaster);

/* For rondo_metric.start of errors in units of the series: columns have units of their own, so a mean
 * over several says nothing. */
bool rondo_forecast_has_one_column(const rondo_metric_data *data, void *state);

/* Parts of an error: that of each naive forecast, in the order of rondo_forecast_naive. */
#define RONDO_FORECAST_PARTS(error)                                                                \
    {"persistence_" error, "forecasts that repeat the last known value",                           \
     "is the error of forecasts without a model"},                                                 \
    {                                                                                              \
        "seasonal_naive_" error, "forecasts that repeat the value one period earlier",             \
            "is the error of forecasts without a model"                                            \
    }

/* For rondo_metric.finish_part: the error of naive forecast number `index`. */
bool rondo_forecast_finish_part(const rondo_metric_totals *totals, int64_t index,
                                rondo_forecast_error error_of, double *value);

#endif
