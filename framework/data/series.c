#include "data/series.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/division.h"
#include "data/storage.h"

typedef struct series_loader {
    const rondo_series_config *config;
    bool pooled;
    rondo_dataset *dataset;
    rondo_series *series;
    rondo_series_range ranges[RONDO_SPLITS]; /* empty: no such split */
    rondo_real *inputs[RONDO_SPLITS];        /* of each file: [rows, input_count] */
    rondo_real *targets[RONDO_SPLITS]; /* of each file, not pooled: [rows, horizon target_count] */
} series_loader;

/* --- columns --- */

static int64_t find_column(const rondo_series *series, const char *name)
{
    for (int64_t i = 0; i < series->column_count; i++)
        if (strcmp(series->names[i], name) == 0) return i;
    return -1;
}

/* The next name of "a, b, c", ended in place; NULL behind the last. */
static char *next_name(char **at)
{
    char *name = *at;
    while (isspace((unsigned char)*name) || *name == ',')
        name++;
    if (*name == '\0') return NULL;
    char *end = name + strcspn(name, ",");
    *at = *end ? end + 1 : end;
    *end = '\0';
    while (end > name && isspace((unsigned char)end[-1]))
        *--end = '\0';
    return name;
}

static int64_t add_column(rondo_series *series, const char *name)
{
    int64_t found = find_column(series, name);
    if (found >= 0) return found;
    series->names[series->column_count] = name;
    return series->column_count++;
}

/* The columns that a list of the config names; `copy` holds it and keeps the names. */
static rondo_status read_list(rondo_series *series, const char *key, const char *list, char *copy,
                              int64_t *columns, int64_t *count, rondo_error *error)
{
    char *at = strcpy(copy, list), *name;
    *count = 0;
    while ((name = next_name(&at))) {
        int64_t column = add_column(series, name);
        for (int64_t i = 0; i < *count; i++)
            if (columns[i] == column)
                return rondo_error_set(error, RONDO_USAGE,
                                       "data.series.%s: \"%s\" names a column twice", key, list);
        columns[(*count)++] = column;
    }
    if (*count > 0) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE, "data.series.%s: \"%s\" names no column", key, list);
}

static rondo_status choose_columns(const series_loader *loader, rondo_error *error)
{
    rondo_series *series = loader->series;
    const char *targets = loader->config->targets;
    const char *inputs = loader->config->inputs ? loader->config->inputs : targets;
    size_t input_size = strlen(inputs) + 1, size = input_size + strlen(targets) + 1;
    series->text = malloc(size);
    series->names = malloc(size * sizeof *series->names); /* more than there can be */
    series->targets = malloc(size * sizeof *series->targets);
    if (!series->text || !series->names || !series->targets)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for names of columns");
    rondo_status status = read_list(series, loader->config->inputs ? "inputs" : "targets", inputs,
                                    series->text, series->targets, &series->input_count, error);
    if (status) return status;
    return read_list(series, "targets", targets, series->text + input_size, series->targets,
                     &series->target_count, error);
}

/* --- rows --- */

static rondo_status read_files(series_loader *loader, const rondo_data_config *config,
                               rondo_error *error)
{
    rondo_series *series = loader->series;
    const char *paths[RONDO_SPLITS];
    int64_t sizes[RONDO_SPLITS] = {0}, first = 0;
    rondo_status status = rondo_split_paths(config, paths, error);
    for (int s = 0; !status && s < RONDO_SPLITS; s++)
        if (paths[s])
            status = rondo_series_table_read(paths[s], series->names, series->column_count,
                                             &series->files[s], error);
    if (!status)
        status = rondo_division_sizes(&config->split, paths[RONDO_VALID] != NULL,
                                      paths[RONDO_TEST] != NULL, series->files[RONDO_TRAIN].rows,
                                      "rows", sizes, error);
    for (int s = 0; !status && s < RONDO_SPLITS; s++) {
        bool has_file = s != RONDO_TRAIN && paths[s];
        series->file[s] = has_file ? s : RONDO_TRAIN;
        if (has_file) {
            loader->ranges[s] = (rondo_series_range){0, series->files[s].rows};
        } else if (s == RONDO_TRAIN || sizes[s] > 0) {
            loader->ranges[s] = (rondo_series_range){first, first + sizes[s]};
            first += sizes[s];
        }
    }
    return status;
}

/* --- standardisation --- */

/* A column that never changes has rounding errors for a deviation. */
static void fit_column(const rondo_series_table *table, const rondo_series_range *range,
                       int64_t column, double *mean, double *deviation)
{
    double sum = 0, squares = 0, count = (double)(range->end - range->first);
    for (int64_t r = range->first; r < range->end; r++)
        sum += table->values[r * table->columns + column];
    *mean = sum / count;
    for (int64_t r = range->first; r < range->end; r++) {
        double difference = table->values[r * table->columns + column] - *mean;
        squares += difference * difference;
    }
    double found = sqrt(squares / count);
    *deviation = found > 1e-12 * fabs(*mean) ? found : 1;
}

static rondo_status take_saved(const series_loader *loader, const rondo_saved_names *saved,
                               int64_t column, rondo_error *error)
{
    rondo_series *series = loader->series;
    for (int64_t i = 0; i < saved->column_count; i++) {
        if (strcmp(saved->columns[i], series->names[column]) != 0) continue;
        series->mean[column] = saved->mean[i];
        series->deviation[column] = saved->deviation[i];
        if (isfinite(saved->mean[i]) && isfinite(saved->deviation[i]) && saved->deviation[i] > 0)
            return RONDO_OK;
    }
    return rondo_error_set(error, RONDO_FAILED,
                           "the run has no usable mean and deviation of column \"%s\"",
                           series->names[column]);
}

static rondo_status standardize(const series_loader *loader, const rondo_saved_names *saved,
                                rondo_error *error)
{
    rondo_series *series = loader->series;
    rondo_status status = RONDO_OK;
    size_t bytes = (size_t)series->column_count * sizeof(double);
    series->mean = malloc(bytes);
    series->deviation = malloc(bytes);
    if (!series->mean || !series->deviation)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for means of columns");
    for (int64_t c = 0; c < series->column_count && !status; c++) {
        series->mean[c] = 0;
        series->deviation[c] = 1;
        if (saved)
            status = take_saved(loader, saved, c, error);
        else if (loader->config->standardize)
            fit_column(&series->files[RONDO_TRAIN], &loader->ranges[RONDO_TRAIN], c,
                       &series->mean[c], &series->deviation[c]);
    }
    return status;
}

/* Row + k as the network has it. */
static rondo_real value_at(const rondo_series *series, int file, int64_t row, int64_t k,
                           int64_t column)
{
    const rondo_series_table *table = &series->files[file];
    double value = table->values[(row + k) * table->columns + column];
    double level = rondo_series_level(series, file, row, k, column);
    return (rondo_real)((value - level) / series->deviation[column]);
}

/* Rows that have no difference stay 0; no window has them. */
static rondo_status fill_inputs(series_loader *loader, int file, rondo_error *error)
{
    const rondo_series *series = loader->series;
    int64_t rows = series->files[file].rows, width = series->input_count;
    rondo_real *to = rondo_storage_take(loader->dataset, (size_t)(rows * width) * sizeof *to,
                                        "the rows of a series", error);
    loader->inputs[file] = to;
    if (!to) return error->status;
    for (int64_t r = rondo_series_lag(series->difference, series->season); r < rows; r++)
        for (int64_t c = 0; c < width; c++)
            to[r * width + c] = value_at(series, file, r - 1, 1, c);
    return RONDO_OK;
}

/* The horizon behind a row: [horizon, target_count]. */
static void fill_target(const rondo_series *series, int file, int64_t row, rondo_real *to)
{
    for (int64_t k = 1; k <= series->horizon; k++)
        for (int64_t t = 0; t < series->target_count; t++)
            *to++ = value_at(series, file, row, k, series->targets[t]);
}

/* A target for every row that has a horizon behind it. */
static rondo_status fill_step_targets(series_loader *loader, int file, rondo_error *error)
{
    const rondo_series *series = loader->series;
    int64_t rows = series->files[file].rows, width = loader->dataset->target_width;
    rondo_real *to = rondo_storage_take(loader->dataset, (size_t)(rows * width) * sizeof *to,
                                        "the targets of a series", error);
    loader->targets[file] = to;
    if (!to) return error->status;
    int64_t lag = rondo_series_lag(series->difference, series->season);
    for (int64_t r = lag; r + series->horizon < rows; r++)
        fill_target(series, file, r, to + r * width);
    return RONDO_OK;
}

static rondo_status fill_window_targets(series_loader *loader, int split, const int64_t *start,
                                        int64_t count, rondo_real **out, rondo_error *error)
{
    int64_t width = loader->dataset->target_width;
    *out = rondo_storage_take(loader->dataset, (size_t)(count * width) * sizeof **out,
                              "the targets of a split", error);
    if (!*out) return error->status;
    for (int64_t s = 0; s < count; s++)
        fill_target(loader->series, loader->series->file[split],
                    start[s] + loader->config->window - 1, *out + s * width);
    return RONDO_OK;
}

static rondo_status refuse_short(const series_loader *loader, rondo_split split, rondo_error *error)
{
    const rondo_series_range *range = &loader->ranges[split];
    return rondo_error_set(error, RONDO_USAGE,
                           "data.split: the %s split has %lld rows, too few for a window of %lld "
                           "and a horizon of %lld",
                           rondo_split_name(split), (long long)(range->end - range->first),
                           (long long)loader->config->window, (long long)loader->config->horizon);
}

static rondo_status fill_split(series_loader *loader, rondo_split split, rondo_error *error)
{
    const rondo_series_range *range = &loader->ranges[split];
    rondo_dataset *dataset = loader->dataset;
    int file = loader->series->file[split];
    bool training = split == RONDO_TRAIN;
    rondo_real *targets = loader->targets[file];
    rondo_status status = RONDO_OK;
    int64_t count =
        rondo_series_windows(loader->config, loader->pooled, training, range, NULL, NULL);
    if (count == 0) return refuse_short(loader, split, error);
    int64_t *start =
        rondo_storage_take(dataset, (size_t)count * sizeof *start, "the windows of a split", error);
    if (!start) return error->status;
    int64_t *offset = rondo_storage_take(dataset, (size_t)(count + 1) * sizeof *offset,
                                         "the windows of a split", error);
    if (!offset) return error->status;
    rondo_series_windows(loader->config, loader->pooled, training, range, start, offset + 1);
    for (int64_t s = 0; s < count; s++)
        offset[s + 1] += offset[s];
    if (loader->pooled) status = fill_window_targets(loader, split, start, count, &targets, error);
    dataset->splits[split] = (rondo_sequences){.count = count,
                                               .offset = offset,
                                               .start = start,
                                               .input_values = loader->inputs[file],
                                               .target_values = targets};
    return status;
}

static rondo_status load(series_loader *loader, const rondo_data_config *config,
                         const rondo_saved_names *saved, rondo_error *error)
{
    rondo_series *series = loader->series;
    rondo_dataset *dataset = loader->dataset;
    rondo_status status;
    if ((status = choose_columns(loader, error))) return status;
    if ((status = read_files(loader, config, error))) return status;
    if (loader->ranges[RONDO_TRAIN].end == 0) return refuse_short(loader, RONDO_TRAIN, error);
    if ((status = standardize(loader, saved, error))) return status;
    dataset->input_width = series->input_count;
    dataset->target_width = series->horizon * series->target_count;
    for (int file = 0; file < RONDO_SPLITS; file++) {
        if (series->files[file].rows == 0) continue;
        if ((status = fill_inputs(loader, file, error))) return status;
        if (!loader->pooled && (status = fill_step_targets(loader, file, error))) return status;
    }
    for (int s = 0; s < RONDO_SPLITS && !status; s++)
        if (loader->ranges[s].end > 0) status = fill_split(loader, (rondo_split)s, error);
    return status;
}

rondo_status rondo_series_load(const rondo_experiment *experiment, const rondo_saved_names *saved,
                               rondo_dataset *dataset, rondo_error *error)
{
    series_loader loader = {.config = &experiment->data.series,
                            .pooled = experiment->model.pooling != RONDO_POOLING_NONE,
                            .dataset = dataset};
    loader.series = calloc(1, sizeof *loader.series);
    if (!loader.series) return rondo_error_set(error, RONDO_FAILED, "not enough memory: series");
    loader.series->horizon = loader.config->horizon;
    loader.series->season = loader.config->season;
    loader.series->difference = loader.config->difference;
    dataset->series = loader.series;
    dataset->target = RONDO_TARGET_VALUES;
    dataset->sequence_targets = loader.pooled;
    return load(&loader, &experiment->data, saved, error);
}

void rondo_series_destroy(rondo_series *series)
{
    if (!series) return;
    for (int file = 0; file < RONDO_SPLITS; file++)
        rondo_series_table_finish(&series->files[file]);
    free(series->names);
    free(series->targets);
    free(series->mean);
    free(series->deviation);
    free(series->text);
    free(series);
}
