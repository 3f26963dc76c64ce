/* What comes behind the last row of a time series: CSV, a line for each step of the horizon. Where
 * the data have ids or times, each line begins with its own. Or the same as records. */
#include <string.h>

#include "base/memory.h"
#include "command/predict.h"
#include "data/formats/series.h"
#include "infer/split_outputs.h"

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
    for (int64_t t = 0; t < series->scales->target_count; t++) {
        fputc(',', output);
        write_text(output, series->scales->names[series->scales->targets[t]]);
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
        for (int64_t t = 0; t < series->scales->target_count; t++)
            fprintf(output, ",%.9g", *values++);
        fputc('\n', output);
    }
}

static void write_csv(const rondo_prediction *prediction, const rondo_forecasts *forecasts)
{
    const rondo_series *series = forecasts->series;
    write_header(series, prediction->output);
    for (int64_t i = 0; i < forecasts->count; i++)
        write_forecast(series, &series->files[RONDO_FORECAST_FILE].parts[forecasts->parts[i]],
                       forecasts->values + i * series->horizon * series->scales->target_count,
                       prediction->output);
}

static rondo_status add_forecast(const rondo_series *series, const rondo_forecasts *forecasts,
                                 int64_t i, rondo_answers *answers, rondo_error *error)
{
    const rondo_series_table *table = &series->files[RONDO_FORECAST_FILE];
    const rondo_series_part *part = &table->parts[forecasts->parts[i]];
    rondo_status status = RONDO_OK;
    for (int64_t k = 1; !status && k <= series->horizon; k++) {
        char time[RONDO_MOMENT_SIZE];
        rondo_series_table_time(table, part->end - 1, k, time);
        const rondo_answer answer = {.sequence = i + 1,
                                     .step = k,
                                     .id = part->id,
                                     .time = series->config.time ? time : NULL,
                                     .values =
                                         forecasts->values + (i * series->horizon + k - 1) *
                                                                 series->scales->target_count};
        status = rondo_answers_add(answers, &answer, error);
    }
    return status;
}

static rondo_status write_records(const rondo_prediction *prediction,
                                  const rondo_forecasts *forecasts, rondo_error *error)
{
    const rondo_series *series = forecasts->series;
    int64_t targets = series->scales->target_count;
    rondo_answers answers;
    const char **names =
        rondo_memory_create((size_t)targets * sizeof *names, "names of columns", error);
    if (!names) return error->status;
    for (int64_t t = 0; t < targets; t++)
        names[t] = series->scales->names[series->scales->targets[t]];
    const rondo_answer_shape shape = {.form = prediction->form,
                                      .output = prediction->output,
                                      .path = prediction->output_path,
                                      .steps = true,
                                      .width = targets,
                                      .names = names};
    rondo_status status = RONDO_OK;
    rondo_answers_start(&shape, &answers);
    for (int64_t i = 0; !status && i < forecasts->count; i++)
        status = add_forecast(series, forecasts, i, &answers, error);
    if (!status) status = rondo_answers_end(&answers, error);
    rondo_answers_finish(&answers);
    rondo_memory_destroy(names);
    return status;
}

rondo_status rondo_predict_forecast(const rondo_prediction *prediction, rondo_error *error)
{
    rondo_forecasts forecasts;
    bool is_csv = prediction->form == RONDO_FORM_DATA || prediction->form == RONDO_FORM_CSV;
    rondo_status status =
        rondo_series_forecast(prediction->session, prediction->path, &forecasts, error);
    if (!status && is_csv) write_csv(prediction, &forecasts);
    if (!status && !is_csv) status = write_records(prediction, &forecasts, error);
    rondo_forecasts_finish(&forecasts);
    return status;
}
