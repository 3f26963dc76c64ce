#include "evaluate/forecast_metric.h"

#include "data/scales.h"

bool rondo_forecast_has_one_column(const rondo_metric_data *data, void *state)
{
    (void)state;
    return data->dataset->schema->scales->target_count == 1;
}

bool rondo_forecast_finish_part(const rondo_metric_totals *totals, int64_t index,
                                rondo_forecast_error error_of, double *value)
{
    rondo_forecaster forecaster;
    if (!rondo_forecast_naive(totals->forecast, index, &forecaster)) return false;
    *value = error_of(totals->forecast, forecaster);
    return true;
}
