/* What comes behind the last row of a time series: CSV, a line for each step of the horizon. Where
 * the data have ids or times, each line begins with its own. */
#include <string.h>

#include "command/predict.h"
#include "data/series.h"
#include "train/split_outputs.h"

/* In double quotes where CSV asks for them. */
static void write_text(FILE *output, const char *text)
{
    if (!strpbrk(text, ",\"\n")) {
        fputs(text, output);
        return;
    }
    fputc('"', output);
    for (; *text; text++)
        fprintf(output, "%s%c", *text == '"' ? "\"" : "", *text);
    fputc('"', output);
}

static void write_header(const rondo_series *series, FILE *output)
{
    const char *const names[] = {series->config.id, series->config.time};
    for (int i = 0; i < 2; i++) {
        if (!names[i]) continue;
        write_text(output, names[i]);
        fputc(',', output);
    }
    fputs("step", output);
    for (int64_t t = 0; t < series->target_count; t++) {
        fputc(',', output);
        write_text(output, series->names[series->targets[t]]);
    }
    fputc('\n', output);
}

static void write_forecast(const rondo_series *series, const rondo_series_part *part,
                           const double *values, FILE *output)
{
    char time[RONDO_MOMENT_SIZE];
    for (int64_t k = 1; k <= series->horizon; k++) {
        if (part->id) {
            write_text(output, part->id);
            fputc(',', output);
        }
        rondo_series_table_time(&series->files[RONDO_FORECAST_FILE], part->end - 1, k, time);
        if (series->config.time) fprintf(output, "%s,", time);
        fprintf(output, "%lld", (long long)k);
        for (int64_t t = 0; t < series->target_count; t++)
            fprintf(output, ",%.9g", *values++);
        fputc('\n', output);
    }
}

rondo_status rondo_predict_forecast(const rondo_prediction *prediction, rondo_error *error)
{
    const rondo_session *session = prediction->session;
    const rondo_series *series = session->series;
    rondo_forecasts forecasts;
    if (!series)
        return rondo_error_set(error, RONDO_USAGE,
                               "predict forecasts from a file of data.format series; of other data "
                               "give --split");
    rondo_status status = rondo_series_forecast(session, prediction->path, &forecasts, error);
    if (!status) write_header(series, prediction->output);
    for (int64_t i = 0; !status && i < forecasts.count; i++)
        write_forecast(series, &series->files[RONDO_FORECAST_FILE].parts[forecasts.parts[i]],
                       forecasts.values + i * series->horizon * series->target_count,
                       prediction->output);
    rondo_forecasts_finish(&forecasts);
    return status;
}
