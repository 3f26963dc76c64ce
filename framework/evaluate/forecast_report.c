/* What users read of forecasts: a table and JSON. */
#include <math.h>

#include "data/scales.h"
#include "evaluate/forecast.h"

const char *rondo_forecaster_name(rondo_forecaster forecaster)
{
    static const char *const names[RONDO_FORECASTERS] = {"model", "persistence", "seasonal_naive"};
    return names[forecaster];
}

rondo_forecast_errors rondo_forecast_errors_of(const rondo_forecast *forecast,
                                               rondo_forecaster forecaster, int64_t column)
{
    const rondo_scales *scales = forecast->dataset->schema->scales;
    int64_t first = column < 0 ? 0 : column, end = column < 0 ? scales->target_count : column + 1;
    double sizes = 0, squares = 0, count = (double)forecast->count * (double)(end - first);
    for (int64_t t = first; t < end; t++) {
        const rondo_forecast_sums *sums =
            &forecast->sums[(int64_t)forecaster * scales->target_count + t];
        double unit = column < 0 ? scales->deviation[scales->targets[t]] : 1;
        sizes += sums->sizes / unit;
        squares += sums->squares / (unit * unit);
    }
    return (rondo_forecast_errors){sizes / count, sqrt(squares / count)};
}

static void add_row(const rondo_forecast *forecast, int64_t column, rondo_text *text)
{
    const rondo_scales *scales = forecast->dataset->schema->scales;
    rondo_text_add(text, "%-16s",
                   column < 0 ? "(standardized)" : scales->names[scales->targets[column]]);
    for (int f = 0; f < RONDO_FORECASTERS; f++) {
        rondo_forecast_errors errors =
            rondo_forecast_errors_of(forecast, (rondo_forecaster)f, column);
        if (rondo_forecast_is_made(forecast, (rondo_forecaster)f))
            rondo_text_add(text, "  %11.5g %11.5g", errors.mean_absolute_error,
                           errors.root_mean_squared_error);
    }
    rondo_text_add(text, "\n");
}

/* "the model is better than persistence (-12.3 % of its root mean squared error) .." */
static void add_verdict(const rondo_forecast *forecast, rondo_text *text)
{
    double model = rondo_forecast_errors_of(forecast, RONDO_BY_MODEL, -1).root_mean_squared_error;
    rondo_text_add(text, "root mean squared error, standardized: the model is");
    for (int f = RONDO_BY_PERSISTENCE; f < RONDO_FORECASTERS; f++) {
        if (!rondo_forecast_is_made(forecast, (rondo_forecaster)f)) continue;
        double naive =
            rondo_forecast_errors_of(forecast, (rondo_forecaster)f, -1).root_mean_squared_error;
        rondo_text_add(text, "%s %s %s (%+.1f %%)", f > RONDO_BY_PERSISTENCE ? "," : "",
                       model < naive ? "better than" : "NOT better than",
                       rondo_forecaster_name((rondo_forecaster)f), 100 * (model / naive - 1));
    }
    rondo_text_add(text, "\n");
}

void rondo_forecast_describe(const rondo_forecast *forecast, rondo_text *text)
{
    rondo_text_add(text, "%-16s", "mae, rmse of");
    for (int f = 0; f < RONDO_FORECASTERS; f++)
        if (rondo_forecast_is_made(forecast, (rondo_forecaster)f))
            rondo_text_add(text, "  %23s", rondo_forecaster_name((rondo_forecaster)f));
    rondo_text_add(text, "\n");
    for (int64_t column = 0; column < forecast->dataset->schema->scales->target_count; column++)
        add_row(forecast, column, text);
    add_row(forecast, -1, text);
    add_verdict(forecast, text);
}

/* Column -1: all, standardized. */
static void add_json_errors(const rondo_forecast *forecast, int forecaster, int64_t column,
                            rondo_json *json)
{
    const rondo_scales *scales = forecast->dataset->schema->scales;
    rondo_forecast_errors errors =
        rondo_forecast_errors_of(forecast, (rondo_forecaster)forecaster, column);
    rondo_json_begin(json, column < 0 ? "standardized" : scales->names[scales->targets[column]],
                     '{');
    rondo_json_real(json, "mean_absolute_error", errors.mean_absolute_error);
    rondo_json_real(json, "root_mean_squared_error", errors.root_mean_squared_error);
    rondo_json_end(json, '}');
}

void rondo_forecast_json(const rondo_forecast *forecast, rondo_json *json)
{
    rondo_json_begin(json, "forecast", '{');
    for (int f = 0; f < RONDO_FORECASTERS; f++) {
        if (!rondo_forecast_is_made(forecast, (rondo_forecaster)f)) continue;
        rondo_json_begin(json, rondo_forecaster_name((rondo_forecaster)f), '{');
        add_json_errors(forecast, f, -1, json);
        rondo_json_begin(json, "columns", '{');
        for (int64_t t = 0; t < forecast->dataset->schema->scales->target_count; t++)
            add_json_errors(forecast, f, t, json);
        rondo_json_end(json, '}');
        rondo_json_end(json, '}');
    }
    rondo_json_end(json, '}');
}
