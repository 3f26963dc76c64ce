/* How far forecasts of one column are off, in its own units. */
#include "evaluate/forecast_metric.h"

/* What forecasts without a model come to. */
static const char *const naive[] = {"persistence_mean_absolute_error_in_units",
                                    "seasonal_naive_mean_absolute_error_in_units"};

static double error_of(const rondo_forecast *forecast, rondo_forecaster forecaster)
{
    return rondo_forecast_errors_of(forecast, forecaster, 0).mean_absolute_error;
}

static double finish(const rondo_metric_totals *totals)
{
    return error_of(totals->forecast, RONDO_BY_MODEL);
}

static bool part(const rondo_metric_totals *totals, int64_t index, rondo_metric_part *out)
{
    return rondo_forecast_part(totals, index, naive, error_of, out);
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
    .part = part,
};
