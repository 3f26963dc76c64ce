/* What comes behind the last row of a time series: CSV, a line for each step of the horizon. */
#include "base/memory.h"
#include "command/predict.h"
#include "data/series.h"
#include "train/split_outputs.h"

rondo_status rondo_predict_forecast(const rondo_prediction *prediction, rondo_error *error)
{
    const rondo_session *session = prediction->session;
    const rondo_series *series = session->series;
    if (!series)
        return rondo_error_set(error, RONDO_USAGE,
                               "predict forecasts from a file of data.format series; of other data "
                               "give --split");
    int64_t targets = series->target_count;
    size_t count = (size_t)(series->horizon * targets);
    double *values = rondo_memory_create(count * sizeof *values, "a forecast", error);
    if (!values) return error->status;
    rondo_status status = rondo_series_forecast(session, prediction->path, values, error);
    if (!status) fputs("step", prediction->output);
    for (int64_t t = 0; !status && t < targets; t++)
        fprintf(prediction->output, ",%s", series->names[series->targets[t]]);
    for (int64_t i = 0; !status && i < series->horizon * targets; i++) {
        if (i % targets == 0) fprintf(prediction->output, "\n%lld", (long long)(i / targets + 1));
        fprintf(prediction->output, ",%.9g", values[i]);
    }
    if (!status) fputc('\n', prediction->output);
    rondo_memory_destroy(values);
    return status;
}
