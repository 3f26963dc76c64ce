/* What a time series is without its rows: columns, means, deviations. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/formats/series.h"

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

static rondo_status choose_columns(rondo_series *series, const rondo_series_config *config,
                                   rondo_error *error)
{
    const char *targets = config->targets;
    const char *inputs = config->inputs ? config->inputs : targets;
    size_t input_size = strlen(inputs) + 1, size = input_size + strlen(targets) + 1;
    series->text = malloc(size);
    series->names = malloc(size * sizeof *series->names); /* more than there can be */
    series->targets = malloc(size * sizeof *series->targets);
    if (!series->text || !series->names || !series->targets)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for names of columns");
    rondo_status status = read_list(series, config->inputs ? "inputs" : "targets", inputs,
                                    series->text, series->targets, &series->input_count, error);
    if (status) return status;
    return read_list(series, "targets", targets, series->text + input_size, series->targets,
                     &series->target_count, error);
}

/* Sums over the rows that have a value: their count and sum, or sum of squares from a mean. */
static double sum_column(const rondo_series_table *table, int64_t column,
                         const rondo_series_range *ranges, int64_t range_count, const double *mean,
                         double *count)
{
    double sum = 0;
    *count = 0;
    for (int64_t i = 0; i < range_count; i++)
        for (int64_t r = ranges[i].first; r < ranges[i].end; r++) {
            double value = table->values[r * table->columns + column];
            if (isnan(value)) continue;
            double difference = mean ? value - *mean : 0;
            sum += mean ? difference * difference : value;
            *count += 1;
        }
    return sum;
}

/* A column that never changes has rounding errors for a deviation. */
void rondo_series_fit(rondo_series *series, int file, const rondo_series_range *ranges,
                      int64_t range_count)
{
    const rondo_series_table *table = &series->files[file];
    for (int64_t c = 0; c < series->column_count; c++) {
        double count, mean, *deviation = &series->deviation[c];
        double sum = sum_column(table, c, ranges, range_count, NULL, &count);
        series->mean[c] = mean = count > 0 ? sum / count : 0;
        double squares = sum_column(table, c, ranges, range_count, &mean, &count);
        *deviation = count > 0 ? sqrt(squares / count) : 0;
        if (!(*deviation > 1e-12 * fabs(mean))) *deviation = 1;
    }
}

static rondo_status take_saved(rondo_series *series, const rondo_saved_names *saved, int64_t column,
                               rondo_error *error)
{
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

static rondo_status start_scales(rondo_series *series, const rondo_saved_names *saved,
                                 rondo_error *error)
{
    rondo_status status = RONDO_OK;
    size_t bytes = (size_t)series->column_count * sizeof(double);
    series->mean = malloc(bytes);
    series->deviation = malloc(bytes);
    if (!series->mean || !series->deviation)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for means of columns");
    for (int64_t c = 0; c < series->column_count && !status; c++) {
        series->mean[c] = 0;
        series->deviation[c] = 1;
        if (saved) status = take_saved(series, saved, c, error);
    }
    return status;
}

rondo_status rondo_series_create(const rondo_series_config *config, const rondo_saved_names *saved,
                                 rondo_series **out, rondo_error *error)
{
    rondo_series *series = calloc(1, sizeof *series);
    *out = NULL;
    if (!series) return rondo_error_set(error, RONDO_FAILED, "not enough memory: series");
    series->config = *config;
    series->horizon = config->horizon;
    series->season = config->season;
    series->difference = config->difference;
    rondo_status status = choose_columns(series, config, error);
    if (!status) status = start_scales(series, saved, error);
    if (status) {
        rondo_series_destroy(series);
        return status;
    }
    *out = series;
    return RONDO_OK;
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
