#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "data/formats/series.h"
#include "infer/split_outputs.h"

static const rondo_series_table *file_of(const rondo_series *series)
{
    return &series->files[RONDO_FORECAST_FILE];
}

/* Rows that a forecast needs: a window, and what its differences are taken from. */
static int64_t needed_rows(const rondo_series *series)
{
    return series->config.window + rondo_series_lag(series->difference, series->season);
}

/* Rows at the end of a part without a gap or a missing value. */
static int64_t usable_rows(const rondo_series_table *table, const rondo_series_part *part)
{
    const rondo_series_span *span = rondo_series_table_span(table, part->end - 1);
    return span ? span->end - span->first : 0;
}

static rondo_status refuse_short(const rondo_series *series, const char *path, rondo_error *error)
{
    const rondo_series_table *table = file_of(series);
    int64_t most = 0;
    for (int64_t p = 0; p < table->part_count; p++)
        if (usable_rows(table, &table->parts[p]) > most)
            most = usable_rows(table, &table->parts[p]);
    bool is_whole = table->part_count == 1 && most == table->rows;
    return rondo_error_set(error, RONDO_USAGE, "%s: %lld rows%s; a forecast needs at least %lld",
                           path, (long long)most,
                           is_whole     ? ""
                           : table->ids ? " of an id up to its end without a gap or a missing value"
                                        : " up to the end without a gap or a missing value",
                           (long long)needed_rows(series));
}

/* Parts that can be forecast; the others are told. */
static rondo_status choose_parts(const char *path, rondo_forecasts *forecasts, rondo_error *error)
{
    const rondo_series *series = forecasts->series;
    const rondo_series_table *table = file_of(series);
    int64_t short_one = -1;
    forecasts->parts = malloc((size_t)table->part_count * sizeof *forecasts->parts);
    if (!forecasts->parts)
        return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for its ids", path);
    for (int64_t p = 0; p < table->part_count; p++) {
        if (usable_rows(table, &table->parts[p]) >= needed_rows(series))
            forecasts->parts[forecasts->count++] = p;
        else if (short_one < 0)
            short_one = p;
    }
    if (forecasts->count == 0) return refuse_short(series, path, error);
    if (short_one >= 0)
        rondo_log_warning(
            "%s: %lld of %lld ids have no forecast; \"%s\" is the first: %lld rows up "
            "to its end without a gap or a missing value, and %lld are needed",
            path, (long long)(table->part_count - forecasts->count), (long long)table->part_count,
            table->parts[short_one].id, (long long)usable_rows(table, &table->parts[short_one]),
            (long long)needed_rows(series));
    return RONDO_OK;
}

/* The windows as a data set of one sequence each. */
static rondo_status predict_windows(const rondo_session *session, const rondo_forecasts *forecasts,
                                    rondo_real *inputs, int64_t *offset,
                                    rondo_split_outputs *outputs, rondo_error *error)
{
    const rondo_series *series = forecasts->series;
    const rondo_series_table *table = file_of(series);
    int64_t window = series->config.window;
    for (int64_t i = 0; i < forecasts->count; i++) {
        int64_t end = table->parts[forecasts->parts[i]].end;
        offset[i + 1] = offset[i] + window;
        rondo_series_inputs(series, RONDO_FORECAST_FILE, end - window, end,
                            inputs + offset[i] * series->scales->input_count);
    }
    rondo_schema schema = {.input_width = session->network->input_width,
                           .target_width = session->network->output_width,
                           .target = RONDO_TARGET_VALUES};
    rondo_dataset dataset = {.schema = &schema,
                             .splits[RONDO_TEST] = {.count = forecasts->count,
                                                    .offset = offset,
                                                    .input_values = inputs}};
    rondo_session one = *session;
    one.dataset = &dataset;
    return rondo_split_outputs_make(&one, RONDO_TEST, outputs, error);
}

/* In the file's units; step by step the last step's is the forecast. */
static void take_values(const rondo_split_outputs *outputs, rondo_forecasts *forecasts)
{
    const rondo_series *series = forecasts->series;
    const rondo_series_table *table = file_of(series);
    int64_t each = outputs->count / forecasts->count;
    double *to = forecasts->values;
    for (int64_t f = 0; f < forecasts->count; f++) {
        const rondo_real *from = outputs->values + ((f + 1) * each - 1) * outputs->width;
        int64_t last = table->parts[forecasts->parts[f]].end - 1;
        for (int64_t i = 0; i < outputs->width; i++) {
            int64_t k = i / series->scales->target_count + 1;
            int64_t column = series->scales->targets[i % series->scales->target_count];
            *to++ = (double)from[i] * series->scales->deviation[column] +
                    rondo_series_level(series, RONDO_FORECAST_FILE, last, k, column);
        }
    }
}

static rondo_status forecast(const rondo_session *session, rondo_forecasts *forecasts,
                             rondo_error *error)
{
    rondo_split_outputs outputs = {0};
    size_t count = (size_t)forecasts->count;
    size_t steps = count * (size_t)forecasts->series->config.window;
    rondo_status status = RONDO_OK;
    rondo_real *inputs = rondo_memory_create(
        steps * (size_t)forecasts->series->scales->input_count * sizeof *inputs, "windows", error);
    int64_t *offset =
        inputs ? rondo_memory_create((count + 1) * sizeof *offset, "windows", error) : NULL;
    if (!offset) status = error->status;
    if (!status) status = predict_windows(session, forecasts, inputs, offset, &outputs, error);
    if (!status) {
        forecasts->values = rondo_memory_create(
            count * (size_t)outputs.width * sizeof *forecasts->values, "forecasts", error);
        if (!forecasts->values) status = error->status;
    }
    if (!status) take_values(&outputs, forecasts);
    rondo_split_outputs_finish(&outputs);
    rondo_memory_destroy(offset);
    rondo_memory_destroy(inputs);
    return status;
}

rondo_status rondo_series_forecast(const rondo_session *session, const char *path,
                                   rondo_forecasts *forecasts, rondo_error *error)
{
    const rondo_data_config *data = &session->experiment->data;
    *forecasts = (rondo_forecasts){0};
    rondo_status status =
        data->format->start_series(data, session->schema->scales, &forecasts->series, error);
    if (!status)
        status = rondo_series_read(forecasts->series, RONDO_FORECAST_FILE, path, false, error);
    if (!status) status = choose_parts(path, forecasts, error);
    return status ? status : forecast(session, forecasts, error);
}

void rondo_forecasts_finish(rondo_forecasts *forecasts)
{
    rondo_series_destroy(forecasts->series);
    free(forecasts->parts);
    rondo_memory_destroy(forecasts->values);
    *forecasts = (rondo_forecasts){0};
}
