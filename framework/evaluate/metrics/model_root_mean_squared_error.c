/* How far forecasts are off, large errors above all, in units of the deviations of their columns.
 */
#include "evaluate/forecast_metric.h"

/* What forecasts without a model come to. */
static const rondo_metric_part naive[] = {RONDO_FORECAST_PARTS("root_mean_squared_error"),
                                          {NULL, NULL, NULL}};

static double error_of(const rondo_forecast *forecast, rondo_forecaster forecaster)
{
    return rondo_forecast_errors_of(forecast, forecaster, -1).root_mean_squared_error;
}

static double finish(const rondo_metric_totals *totals)
{
    return error_of(totals->forecast, RONDO_BY_MODEL);
}

static bool finish_part(const rondo_metric_totals *totals, int64_t index, double *value)
{
    return rondo_forecast_finish_part(totals, index, error_of, value);
}

const rondo_metric rondo_metric_model_root_mean_squared_error = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric),
             .name = "model_root_mean_squared_error",
             .summary = "root of the mean of the squared errors of forecasts, standardized",
             .equations =
                 "e = sqrt(mean_i ((p_i - y_i) / s)^2)    s: deviation of the column in training",
             .source = "Hyndman & Koehler (2006)", .options = rondo_no_options},
    .unit = "1",
    .is_costly = true,
    .place = 51,
    .needs = RONDO_NEEDS_PREDICTIONS | RONDO_NEEDS_FORECASTS,
    .record = "forecast",
    .finish = finish,
    .parts = naive,
    .finish_part = finish_part,
};
