/* What a time series is without its rows: columns, means, deviations. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/formats/series.h"

/* Columns as the config names them. */
typedef struct column_list {
    int64_t count, input_count, target_count;
    const char **names; /* [count], in `text` */
    int64_t *targets;   /* [target_count]: which column each is */
    char *text;
} column_list;

static int64_t find_column(const column_list *list, const char *name)
{
    for (int64_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], name) == 0) return i;
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

static int64_t add_column(column_list *list, const char *name)
{
    int64_t found = find_column(list, name);
    if (found >= 0) return found;
    list->names[list->count] = name;
    return list->count++;
}

/* The columns that a key of the config names; `copy` holds its text and keeps the names. */
static rondo_status read_list(column_list *list, const char *key, const char *names, char *copy,
                              int64_t *columns, int64_t *count, rondo_error *error)
{
    char *at = strcpy(copy, names), *name;
    *count = 0;
    while ((name = next_name(&at))) {
        int64_t column = add_column(list, name);
        for (int64_t i = 0; i < *count; i++)
            if (columns[i] == column)
                return rondo_error_set(error, RONDO_USAGE,
                                       "data.options.%s: \"%s\" names a column twice", key, names);
        columns[(*count)++] = column;
    }
    if (*count > 0) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE, "data.options.%s: \"%s\" names no column", key,
                           names);
}

static rondo_status choose_columns(column_list *list, const rondo_series_config *config,
                                   rondo_error *error)
{
    const char *targets = config->targets;
    const char *inputs = config->inputs ? config->inputs : targets;
    size_t input_size = strlen(inputs) + 1, size = input_size + strlen(targets) + 1;
    list->text = malloc(size);
    list->names = malloc(size * sizeof *list->names); /* more than there can be */
    list->targets = malloc(size * sizeof *list->targets);
    if (!list->text || !list->names || !list->targets)
        return rondo_error_set(error, RONDO_FAILED, "not enough memory for names of columns");
    rondo_status status = read_list(list, config->inputs ? "inputs" : "targets", inputs, list->text,
                                    list->targets, &list->input_count, error);
    if (status) return status;
    return read_list(list, "targets", targets, list->text + input_size, list->targets,
                     &list->target_count, error);
}

static rondo_status make_scales(const column_list *list, const rondo_schema *saved,
                                rondo_scales **out, rondo_error *error)
{
    rondo_status status = rondo_scales_create(list->count, list->names, list->input_count,
                                              list->target_count, out, error);
    if (status) return status;
    memcpy((*out)->targets, list->targets, (size_t)list->target_count * sizeof *list->targets);
    return saved ? rondo_scales_take(*out, saved->scales, error) : RONDO_OK;
}

rondo_status rondo_series_make_scales(const rondo_series_config *config, const rondo_schema *saved,
                                      rondo_scales **out, rondo_error *error)
{
    column_list list = {0};
    rondo_scales *scales = NULL;
    rondo_status status = choose_columns(&list, config, error);
    if (!status) status = make_scales(&list, saved, &scales, error);
    if (!status) {
        *out = scales;
        scales = NULL;
    }
    rondo_scales_destroy(scales);
    free(list.text);
    free(list.names);
    free(list.targets);
    return status;
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
    for (int64_t c = 0; c < series->scales->count; c++) {
        double count, mean, *deviation = &series->scales->deviation[c];
        double sum = sum_column(table, c, ranges, range_count, NULL, &count);
        series->scales->mean[c] = mean = count > 0 ? sum / count : 0;
        double squares = sum_column(table, c, ranges, range_count, &mean, &count);
        *deviation = count > 0 ? sqrt(squares / count) : 0;
        if (!(*deviation > 1e-12 * fabs(mean))) *deviation = 1;
    }
}

rondo_status rondo_series_create(const rondo_series_config *config, rondo_scales *scales,
                                 rondo_series **out, rondo_error *error)
{
    rondo_series *series = *out = calloc(1, sizeof *series);
    if (!series) return rondo_error_set(error, RONDO_FAILED, "not enough memory: series");
    *series = (rondo_series){.forecasting = rondo_series_forecasting(config),
                             .config = *config,
                             .horizon = config->horizon,
                             .season = config->season,
                             .difference = config->difference,
                             .scales = scales};
    return RONDO_OK;
}
