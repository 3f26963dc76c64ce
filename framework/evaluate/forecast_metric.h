/* What the metrics of forecasts share. */
#ifndef RONDO_EVALUATE_FORECAST_METRIC_H
#define RONDO_EVALUATE_FORECAST_METRIC_H

#include "evaluate/metric.h"

/* An error of all forecasts by one of the forecasters. */
typedef double (*rondo_forecast_error)(const rondo_forecast *forecast, rondo_forecaster forecaster);

/* For rondo_metric.start of errors in units of the series: columns have units of their own, so a mean
 * over several says nothing. */
bool rondo_forecast_has_one_column(const rondo_metric_data *data, void *state);

/* For rondo_metric.part: the error of naive forecast number `index`, under its name in `names`. */
bool rondo_forecast_part(const rondo_metric_totals *totals, int64_t index, const char *const *names,
                         rondo_forecast_error error_of, rondo_metric_part *out);

#endif
