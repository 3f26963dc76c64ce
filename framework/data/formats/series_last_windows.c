/* A file of which what follows is forecast: the last window of each of its parts. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "data/formats/series.h"
#include "data/storage.h"

enum { FILE_OF_FORECASTS = RONDO_TEST };

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
    const rondo_series_table *table = &series->files[FILE_OF_FORECASTS];
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

/* Parts that can be forecast; a warning names the others. */
static rondo_status choose_parts(rondo_series *series, const char *path, int64_t *count,
                                 rondo_error *error)
{
    const rondo_series_table *table = &series->files[FILE_OF_FORECASTS];
    int64_t short_one = -1;
    *count = 0;
    series->window_ends = malloc((size_t)table->part_count * sizeof *series->window_ends);
    if (!series->window_ends)
        return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory for its ids", path);
    for (int64_t p = 0; p < table->part_count; p++) {
        if (usable_rows(table, &table->parts[p]) >= needed_rows(series))
            series->window_ends[(*count)++] = table->parts[p].end;
        else if (short_one < 0)
            short_one = p;
    }
    if (*count == 0) return refuse_short(series, path, error);
    if (short_one >= 0)
        rondo_log_warning(
            "%s: %lld of %lld ids have no forecast; \"%s\" is the first: %lld rows up "
            "to its end without a gap or a missing value, and %lld are needed",
            path, (long long)(table->part_count - *count), (long long)table->part_count,
            table->parts[short_one].id, (long long)usable_rows(table, &table->parts[short_one]),
            (long long)needed_rows(series));
    return RONDO_OK;
}

/* One window after another: rows that no window has take no memory. */
static rondo_status fill(const rondo_series *series, int64_t count, rondo_dataset *dataset,
                         rondo_error *error)
{
    int64_t window = series->config.window, width = series->scales->input_count;
    int64_t *offset =
        rondo_storage_take(dataset, (size_t)(count + 1) * sizeof *offset, "windows", error);
    if (!offset) return error->status;
    rondo_real *inputs = rondo_storage_take(
        dataset, (size_t)(count * window * width) * sizeof *inputs, "windows", error);
    if (!inputs) return error->status;
    for (int64_t i = 0; i < count; i++) {
        int64_t end = series->window_ends[i];
        offset[i + 1] = offset[i] + window;
        rondo_series_inputs(series, FILE_OF_FORECASTS, end - window, end,
                            inputs + offset[i] * width);
    }
    dataset->splits[RONDO_TEST] =
        (rondo_sequences){.count = count, .offset = offset, .input_values = inputs};
    return RONDO_OK;
}

rondo_status rondo_series_last_windows(rondo_series *series, const char *path,
                                       rondo_dataset *dataset, rondo_error *error)
{
    int64_t count;
    series->file[RONDO_TEST] = FILE_OF_FORECASTS;
    rondo_status status = rondo_series_read(series, FILE_OF_FORECASTS, path, false, error);
    if (!status) status = choose_parts(series, path, &count, error);
    return status ? status : fill(series, count, dataset, error);
}
