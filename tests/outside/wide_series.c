/* A data format of time series, added from outside, for new_forecast.cmake: one series per line, as the M4 competition
 * publishes them.
 *
 *     NAME 3.5 4 4.25 ..
 *
 * Fields stand apart by blanks. Every window of a line is a sequence; its target are the values
 * behind it. Each split has a file of its own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "config/format.h"
#include "data/forecasting.h"
#include "data/reading.h"
#include "data/scales.h"
#include "data/split_ranges.h"
#include "data/storage.h"
#include "data/text/lines.h"

typedef struct wide_config {
    int64_t window, horizon;
} wide_config;

typedef struct wide_line {
    char *name;
    int64_t first, end; /* of the values of its file */
} wide_line;

typedef struct wide_file {
    double *values;
    wide_line *lines;
    int64_t value_count, line_count, value_capacity, line_capacity;
} wide_file;

typedef struct wide_series {
    rondo_forecasting forecasting; /* the first member */
    wide_file files[RONDO_SPLITS]; /* a split's; row r of the split is value r */
} wide_series;

static const char blanks[] = " \t";

/* --- what forecasts need --- */

static const wide_file *file_of(const rondo_forecasting *forecasting, rondo_split split)
{
    return &((const wide_series *)forecasting)->files[split];
}

static double in_units(const rondo_forecasting *forecasting, rondo_split split, int64_t row,
                       int64_t i, double output)
{
    (void)forecasting, (void)split, (void)row, (void)i;
    return output;
}

static double actual(const rondo_forecasting *forecasting, rondo_split split, int64_t row,
                     int64_t i)
{
    return file_of(forecasting, split)->values[row + i + 1];
}

static double naive(const rondo_forecasting *forecasting, rondo_naive which, rondo_split split,
                    int64_t row, int64_t i)
{
    (void)which, (void)i; /* persistence: there is no has_season */
    return file_of(forecasting, split)->values[row];
}

static const char *id_of(const rondo_forecasting *forecasting, rondo_split split, int64_t row)
{
    const wide_file *file = file_of(forecasting, split);
    int64_t l = 0;
    while (row >= file->lines[l].end)
        l++;
    return file->lines[l].name;
}

static void destroy(rondo_forecasting *forecasting)
{
    wide_series *series = (wide_series *)forecasting;
    for (int s = 0; s < RONDO_SPLITS; s++) {
        for (int64_t l = 0; l < series->files[s].line_count; l++)
            free(series->files[s].lines[l].name);
        free(series->files[s].lines);
        free(series->files[s].values);
    }
    free(series);
}

/* --- files --- */

static rondo_status add_value(wide_file *file, double value, rondo_error *error)
{
    void *values = file->values;
    rondo_status status = rondo_memory_grow(&values, &file->value_capacity, file->value_count + 1,
                                            sizeof value, "values", error);
    file->values = values;
    if (!status) file->values[file->value_count++] = value;
    return status;
}

static rondo_status add_line(wide_file *file, const char *name, size_t length, rondo_error *error)
{
    void *lines = file->lines;
    rondo_status status = rondo_memory_grow(&lines, &file->line_capacity, file->line_count + 1,
                                            sizeof *file->lines, "series", error);
    file->lines = lines;
    if (status) return status;
    wide_line line = {.name = calloc(length + 1, 1), .first = file->value_count};
    if (!line.name) return rondo_error_set(error, RONDO_FAILED, "not enough memory: a name");
    memcpy(line.name, name, length);
    file->lines[file->line_count++] = line;
    return RONDO_OK;
}

static rondo_status read_line(const rondo_lines *lines, int64_t needed, wide_file *file,
                              rondo_error *error)
{
    const char *at = lines->line;
    size_t length = strcspn(at, blanks);
    rondo_status status = add_line(file, at, length, error);
    for (at += length; !status && *(at += strspn(at, blanks)); at += length) {
        char *end;
        double value = strtod(at, &end);
        length = strcspn(at, blanks);
        if (end != at + length || !isfinite(value))
            return rondo_error_set(error, RONDO_FAILED, "%s:%lld: \"%.*s\" is not a finite number",
                                   lines->path, (long long)lines->number, (int)length, at);
        status = add_value(file, value, error);
    }
    if (status) return status;
    wide_line *line = &file->lines[file->line_count - 1];
    line->end = file->value_count;
    if (line->end - line->first >= needed) return RONDO_OK;
    return rondo_error_set(error, RONDO_FAILED, "%s:%lld: %lld values; at least %lld are needed",
                           lines->path, (long long)lines->number,
                           (long long)(line->end - line->first), (long long)needed);
}

static rondo_status read_file(const char *path, int64_t needed, wide_file *file, rondo_error *error)
{
    rondo_lines lines;
    bool there;
    rondo_status status = rondo_lines_open(path, &lines, error);
    while (!status && !(status = rondo_lines_next(&lines, &there, error)) && there)
        status = read_line(&lines, needed, file, error);
    if (!status && file->line_count == 0)
        status = rondo_error_set(error, RONDO_FAILED, "%s: no series", path);
    rondo_lines_close(&lines);
    return status;
}

/* --- splits --- */

/* All windows of a file that have a horizon behind them, or the last window of each line. */
static rondo_status fill_split(const wide_config *config, const wide_file *file, bool last,
                               rondo_split split, rondo_dataset *dataset, rondo_error *error)
{
    int64_t most = file->value_count, count = 0, horizon = last ? 0 : config->horizon;
    rondo_real *inputs =
        rondo_storage_take(dataset, (size_t)most * sizeof *inputs, "values", error);
    int64_t *start =
        inputs ? rondo_storage_take(dataset, (size_t)most * sizeof *start, "windows", error) : NULL;
    int64_t *offset =
        start ? rondo_storage_take(dataset, (size_t)(most + 1) * sizeof *offset, "windows", error)
              : NULL;
    rondo_real *targets =
        offset ? rondo_storage_take(dataset, (size_t)(most * config->horizon) * sizeof *targets,
                                    "targets", error)
               : NULL;
    if (!targets) return error->status;
    for (int64_t i = 0; i < most; i++)
        inputs[i] = (rondo_real)file->values[i];
    for (int64_t l = 0; l < file->line_count; l++) {
        int64_t end = file->lines[l].end - config->window - horizon;
        for (int64_t i = last ? end : file->lines[l].first; i <= end; i++, count++) {
            start[count] = i;
            offset[count + 1] = offset[count] + config->window;
            for (int64_t k = 0; k < horizon; k++)
                targets[count * horizon + k] = inputs[i + config->window + k];
        }
    }
    dataset->splits[split] = (rondo_sequences){.count = count,
                                               .offset = offset,
                                               .start = start,
                                               .input_values = inputs,
                                               .target_values = last ? NULL : targets};
    return RONDO_OK;
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    static const char *const names[] = {"value"};
    const wide_config *config = reading->experiment->data.options;
    rondo_schema *schema = dataset->schema;
    bool last = reading->wanted->last_windows;
    const char *paths[RONDO_SPLITS];
    wide_series *series = calloc(1, sizeof *series);
    if (!series) return rondo_error_set(error, RONDO_FAILED, "not enough memory: series");
    series->forecasting = (rondo_forecasting){.horizon = config->horizon,
                                              .id = "series",
                                              .destroy = destroy,
                                              .in_units = in_units,
                                              .actual = actual,
                                              .naive = naive,
                                              .id_of = id_of};
    dataset->forecasting = &series->forecasting;
    schema->target = RONDO_TARGET_VALUES;
    schema->sequence_targets = true;
    schema->input_width = 1;
    schema->target_width = config->horizon;
    rondo_status status = rondo_scales_create(1, names, 1, 1, &schema->scales, error);
    if (!status) status = rondo_split_paths(&reading->experiment->data, paths, error);
    for (int s = 0; !status && s < RONDO_SPLITS; s++) {
        if (!paths[s]) continue;
        wide_file *file = &series->files[s];
        status = read_file(paths[s], config->window + (last ? 0 : config->horizon), file, error);
        if (!status) status = fill_split(config, file, last, (rondo_split)s, dataset, error);
    }
    return status;
}

static const rondo_option options[] = {
    RONDO_INTEGER(wide_config, window, 8, 1, 1000, "values that are read"),
    RONDO_INTEGER(wide_config, horizon, 1, 1, 1000, "values that are predicted"),
    RONDO_OPTIONS_END};

extern const rondo_format rondo_format_wide_series;

const rondo_format rondo_format_wide_series = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "wide_series",
             .summary = "time series, one per line: its name and its values",
             .config_size = sizeof(wide_config), .options = options},
    .provides = RONDO_PROVIDES_VALUES | RONDO_PROVIDES_NEXT_VALUES | RONDO_PROVIDES_WINDOWS |
                RONDO_PROVIDES_FILES | RONDO_PROVIDES_STREAM | RONDO_PROVIDES_ROWS,
    .unit = RONDO_CHARACTER,
    .sequences = RONDO_LINE,
    .read = read};
