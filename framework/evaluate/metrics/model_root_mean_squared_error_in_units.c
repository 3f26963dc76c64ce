/* How far forecasts of one column are off, large errors above all, in its own units. */
#include "evaluate/forecast_metric.h"

/* What forecasts without a model come to. */
static const rondo_metric_part naive[] = {RONDO_FORECAST_PARTS("root_mean_squared_error_in_units"),
                                          {NULL, NULL, NULL}};

static double error_of(const rondo_forecast *forecast, rondo_forecaster forecaster)
{
    return rondo_forecast_errors_of(forecast, forecaster, 0).root_mean_squared_error;
}

static double finish(const rondo_metric_totals *totals)
{
    return error_of(totals->forecast, RONDO_BY_MODEL);
}

static bool finish_part(const rondo_metric_totals *totals, int64_t index, double *value)
{
    return rondo_forecast_finish_part(totals, index, error_of, value);
}

const rondo_metric rondo_metric_model_root_mean_squared_error_in_units = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric),
             .name = "model_root_mean_squared_error_in_units",
             .summary =
                 "root of the mean of the squared errors of forecasts of one column, in its units",
             .equations = "e = sqrt(mean_i (p_i - y_i)^2)", .source = "Hyndman & Koehler (2006)",
             .options = rondo_no_options},
    .unit = "units of the series",
    .is_costly = true,
    .place = 53,
    .needs = RONDO_NEEDS_PREDICTIONS | RONDO_NEEDS_FORECASTS,
    .record = "forecast",
    .start = rondo_forecast_has_one_column,
    .finish = finish,
    .parts = naive,
    .finish_part = finish_part,
};
