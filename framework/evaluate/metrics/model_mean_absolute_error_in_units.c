/* How far forecasts of one column are off, in its own units. */
#include "evaluate/forecast_metric.h"

/* What forecasts without a model come to. */
static const rondo_metric_part naive[] = {RONDO_FORECAST_PARTS("mean_absolute_error_in_units"),
                                          {NULL, NULL, NULL}};

static double error_of(const rondo_forecast *forecast, rondo_forecaster forecaster)
{
    return rondo_forecast_errors_of(forecast, forecaster, 0).mean_absolute_error;
}

static double finish(const rondo_metric_totals *totals)
{
    return error_of(totals->forecast, RONDO_BY_MODEL);
}

static bool finish_part(const rondo_metric_totals *totals, int64_t index, double *value)
{
    return rondo_forecast_finish_part(totals, index, error_of, value);
}

const rondo_metric rondo_metric_model_mean_absolute_error_in_units = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_METRIC, rondo_metric),
             .name = "model_mean_absolute_error_in_units",
             .summary = "mean of the absolute errors of forecasts of one column, in its units",
             .equations = "e = mean_i |p_i - y_i|", .source = "Hyndman & Koehler (2006)",
             .options = rondo_no_options},
    .unit = "units of the series",
    .is_costly = true,
    .place = 52,
    .needs = RONDO_NEEDS_PREDICTIONS | RONDO_NEEDS_FORECASTS,
    .record = "forecast",
    .start = rondo_forecast_has_one_column,
    .finish = finish,
    .parts = naive,
    .finish_part = finish_part,
};
