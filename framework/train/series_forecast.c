#include "base/memory.h"
#include "data/series.h"
#include "train/split_outputs.h"

/* The number under which the series holds the file. */
enum { FILE_NUMBER = RONDO_TEST };

static rondo_status read_window(const rondo_session *session, const char *path, rondo_real *inputs,
                                rondo_error *error)
{
    rondo_series *series = session->series;
    int64_t window = session->experiment->data.series.window;
    int64_t needed = window + rondo_series_lag(series->difference, series->season);
    rondo_status status = rondo_series_read(series, FILE_NUMBER, path, error);
    if (status) return status;
    int64_t rows = series->files[FILE_NUMBER].rows;
    if (rows < needed)
        return rondo_error_set(error, RONDO_USAGE, "%s: %lld rows; a forecast needs at least %lld",
                               path, (long long)rows, (long long)needed);
    rondo_series_inputs(series, FILE_NUMBER, rows - window, rows, inputs);
    return RONDO_OK;
}

/* The window as a data set of one sequence. */
static rondo_status predict_window(const rondo_session *session, const rondo_real *inputs,
                                   rondo_split_outputs *outputs, rondo_error *error)
{
    const int64_t offset[2] = {0, session->experiment->data.series.window};
    rondo_dataset dataset = {
        .input_width = session->network->input_width,
        .target_width = session->network->output_width,
        .target = RONDO_TARGET_VALUES,
        .splits[RONDO_TEST] = {.count = 1, .offset = offset, .input_values = inputs}};
    rondo_session one = *session;
    one.dataset = &dataset;
    return rondo_split_outputs_make(&one, RONDO_TEST, outputs, error);
}

rondo_status rondo_series_forecast(const rondo_session *session, const char *path, double *values,
                                   rondo_error *error)
{
    const rondo_series *series = session->series;
    rondo_split_outputs outputs = {0};
    size_t count = (size_t)(session->experiment->data.series.window * series->input_count);
    rondo_real *inputs = rondo_memory_create(count * sizeof *inputs, "a window", error);
    if (!inputs) return error->status;
    rondo_status status = read_window(session, path, inputs, error);
    if (!status) status = predict_window(session, inputs, &outputs, error);
    for (int64_t i = 0; !status && i < outputs.width; i++) {
        int64_t k = i / series->target_count + 1;
        int64_t column = series->targets[i % series->target_count];
        int64_t last = series->files[FILE_NUMBER].rows - 1;
        double output = (double)outputs.values[(outputs.count - 1) * outputs.width + i];
        values[i] = output * series->deviation[column] +
                    rondo_series_level(series, FILE_NUMBER, last, k, column);
    }
    rondo_split_outputs_finish(&outputs);
    rondo_memory_destroy(inputs);
    return status;
}
