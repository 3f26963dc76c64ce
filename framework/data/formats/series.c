#include "data/formats/series.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "config/conditions.h"
#include "config/validate.h"
#include "data/reading.h"
#include "data/split_ranges.h"
#include "data/storage.h"
#include "data/text/cells.h"

typedef struct series_loader {
    const rondo_series_config *config;
    bool pooled;
    rondo_dataset *dataset;
    rondo_series *series;
    rondo_series_range *ranges[RONDO_SPLITS]; /* one a part of its file; NULL: no such split */
    rondo_real *inputs[RONDO_SPLITS];         /* of each file: [rows, input_count] */
    rondo_real *targets[RONDO_SPLITS]; /* of each file, not pooled: [rows, horizon target_count] */
} series_loader;

/* --- rows --- */

static const rondo_series_table *file_of(const series_loader *loader, int split)
{
    return &loader->series->files[loader->series->file[split]];
}

/* How many rows of one part each split gets; a file with ids is told by the id. */
static rondo_status size_part(const rondo_data_config *config, const char *const paths[],
                              const rondo_series_part *part, int64_t sizes[RONDO_SPLITS],
                              rondo_error *error)
{
    char unit[64] = "rows";
    if (part->id) snprintf(unit, sizeof unit, "rows of \"%.40s\"", part->id);
    return rondo_split_sizes(&config->split, paths[RONDO_VALID] != NULL, paths[RONDO_TEST] != NULL,
                             part->end - part->first, unit, sizes, error);
}

/* The ranges of the splits that are cut from the common file, each part by itself. */
static rondo_status cut_parts(series_loader *loader, const rondo_data_config *config,
                              const char *const paths[], rondo_error *error)
{
    const rondo_series_table *table = &loader->series->files[RONDO_TRAIN];
    for (int64_t p = 0; p < table->part_count; p++) {
        const rondo_series_part *part = &table->parts[p];
        int64_t sizes[RONDO_SPLITS] = {0}, first = part->first;
        rondo_status status = size_part(config, paths, part, sizes, error);
        if (status) return status;
        for (int s = 0; s < RONDO_SPLITS; s++) {
            if (loader->series->file[s] != RONDO_TRAIN || !loader->ranges[s]) continue;
            loader->ranges[s][p] = (rondo_series_range){first, first + sizes[s]};
            first += sizes[s];
        }
    }
    return RONDO_OK;
}

static bool is_wanted(const rondo_split_part *part)
{
    return part->fraction > 0 || part->count > 0;
}

static rondo_status start_ranges(series_loader *loader, const rondo_data_config *config,
                                 const char *const paths[], rondo_error *error)
{
    const bool wanted[RONDO_SPLITS] = {true, is_wanted(&config->split.valid),
                                       is_wanted(&config->split.test)};
    for (int s = 0; s < RONDO_SPLITS; s++) {
        bool has_file = s != RONDO_TRAIN && paths[s];
        loader->series->file[s] = has_file ? s : RONDO_TRAIN;
        const rondo_series_table *table = file_of(loader, s);
        if (table->rows == 0 || (!has_file && !wanted[s])) continue;
        loader->ranges[s] = calloc((size_t)table->part_count, sizeof *loader->ranges[s]);
        if (!loader->ranges[s])
            return rondo_error_set(error, RONDO_FAILED, "not enough memory for the splits");
        for (int64_t p = 0; has_file && p < table->part_count; p++)
            loader->ranges[s][p] = (rondo_series_range){table->parts[p].first, table->parts[p].end};
    }
    return RONDO_OK;
}

static rondo_status read_files(series_loader *loader, const rondo_data_config *config,
                               rondo_error *error)
{
    const char *paths[RONDO_SPLITS];
    rondo_status status = rondo_split_paths(config, paths, error);
    for (int s = 0; !status && s < RONDO_SPLITS; s++)
        if (paths[s])
            status = rondo_series_read(loader->series, s, paths[s], s == RONDO_TRAIN, error);
    if (!status) status = start_ranges(loader, config, paths, error);
    return status ? status : cut_parts(loader, config, paths, error);
}

/* Rows that have no difference, or a missing value, stay 0; no window has them. */
static rondo_status fill_inputs(series_loader *loader, int file, rondo_error *error)
{
    const rondo_series *series = loader->series;
    const rondo_series_table *table = &series->files[file];
    int64_t width = series->scales->input_count,
            lag = rondo_series_lag(series->difference, series->season);
    rondo_real *to = rondo_storage_take(loader->dataset, (size_t)(table->rows * width) * sizeof *to,
                                        "the rows of a series", error);
    loader->inputs[file] = to;
    if (!to) return error->status;
    for (int64_t i = 0; i < table->span_count; i++) {
        int64_t first = table->spans[i].first + lag;
        rondo_series_inputs(series, file, first, table->spans[i].end, to + first * width);
    }
    return RONDO_OK;
}

/* The horizon behind a row: [horizon, target_count]. */
static void fill_target(const rondo_series *series, int file, int64_t row, rondo_real *to)
{
    for (int64_t k = 1; k <= series->horizon; k++)
        for (int64_t t = 0; t < series->scales->target_count; t++)
            *to++ = rondo_series_value(series, file, row, k, series->scales->targets[t]);
}

/* A target for every row that has a horizon behind it. */
static rondo_status fill_step_targets(series_loader *loader, int file, rondo_error *error)
{
    const rondo_series *series = loader->series;
    const rondo_series_table *table = &series->files[file];
    int64_t width = loader->dataset->schema->target_width;
    rondo_real *to = rondo_storage_take(loader->dataset, (size_t)(table->rows * width) * sizeof *to,
                                        "the targets of a series", error);
    loader->targets[file] = to;
    if (!to) return error->status;
    int64_t lag = rondo_series_lag(series->difference, series->season);
    for (int64_t i = 0; i < table->span_count; i++)
        for (int64_t r = table->spans[i].first + lag; r + series->horizon < table->spans[i].end;
             r++)
            fill_target(series, file, r, to + r * width);
    return RONDO_OK;
}

static rondo_status fill_window_targets(series_loader *loader, rondo_split split,
                                        const int64_t *start, int64_t count, rondo_real **out,
                                        rondo_error *error)
{
    int64_t width = loader->dataset->schema->target_width;
    *out = rondo_storage_take(loader->dataset, (size_t)(count * width) * sizeof **out,
                              "the targets of a split", error);
    if (!*out) return error->status;
    for (int64_t s = 0; s < count; s++)
        fill_target(loader->series, loader->series->file[split],
                    start[s] + loader->config->window - 1, *out + s * width);
    return RONDO_OK;
}

/* --- windows --- */

/* All windows of a split, or NULL to count them; `empty` counts the parts that have none. */
static int64_t list_windows(const series_loader *loader, rondo_split split, int64_t *start,
                            int64_t *steps, int64_t *empty)
{
    const rondo_series_table *table = file_of(loader, (int)split);
    int64_t count = 0, before = 0;
    *empty = 0;
    for (int64_t i = 0; i < table->span_count; i++) {
        const rondo_series_span *span = &table->spans[i];
        const rondo_series_range within = {span->first, span->end};
        count += rondo_series_windows(loader->config, loader->pooled, split == RONDO_TRAIN,
                                      &loader->ranges[split][span->part], &within,
                                      start ? start + count : NULL, steps ? steps + count : NULL);
        bool is_last = i + 1 == table->span_count || table->spans[i + 1].part != span->part;
        if (!is_last) continue;
        *empty += count == before;
        before = count;
    }
    return count;
}

static rondo_status refuse_short(const series_loader *loader, rondo_split split, rondo_error *error)
{
    const rondo_series_table *table = file_of(loader, (int)split);
    int64_t rows = 0, longest = 0;
    for (int64_t p = 0; p < table->part_count; p++)
        rows += loader->ranges[split][p].end - loader->ranges[split][p].first;
    for (int64_t i = 0; i < table->span_count; i++)
        if (table->spans[i].end - table->spans[i].first > longest)
            longest = table->spans[i].end - table->spans[i].first;
    if (table->span_count == 1 && longest == table->rows)
        return rondo_error_set(error, RONDO_USAGE,
                               "data.split: the %s split has %lld rows, too few for a window of "
                               "%lld and a horizon of %lld",
                               rondo_split_name(split), (long long)rows,
                               (long long)loader->config->window,
                               (long long)loader->config->horizon);
    return rondo_error_set(
        error, RONDO_USAGE,
        "data.split: the %s split has %lld rows, but nowhere enough of one series without a gap or "
        "a missing value for a window of %lld and a horizon of %lld (the file has at most %lld)",
        rondo_split_name(split), (long long)rows, (long long)loader->config->window,
        (long long)loader->config->horizon, (long long)longest);
}

/* Ids that have no window would be missed by nobody. */
static void warn_short(const series_loader *loader, rondo_split split, int64_t empty)
{
    const rondo_series_table *table = file_of(loader, (int)split);
    if (empty > 0)
        rondo_log_warning("%lld of %lld ids have no window in the %s split: too few rows without a "
                          "gap for a window of %lld and a horizon of %lld",
                          (long long)empty, (long long)table->part_count, rondo_split_name(split),
                          (long long)loader->config->window, (long long)loader->config->horizon);
}

static rondo_status fill_split(series_loader *loader, rondo_split split, rondo_error *error)
{
    rondo_dataset *dataset = loader->dataset;
    int file = loader->series->file[split];
    rondo_real *targets = loader->targets[file];
    rondo_status status = RONDO_OK;
    int64_t empty, count = list_windows(loader, split, NULL, NULL, &empty);
    if (count == 0) return refuse_short(loader, split, error);
    warn_short(loader, split, empty);
    int64_t *start =
        rondo_storage_take(dataset, (size_t)count * sizeof *start, "the windows of a split", error);
    if (!start) return error->status;
    int64_t *offset = rondo_storage_take(dataset, (size_t)(count + 1) * sizeof *offset,
                                         "the windows of a split", error);
    if (!offset) return error->status;
    list_windows(loader, split, start, offset + 1, &empty);
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

/* A series without rows, and what the schema says of it. */
static rondo_status start(series_loader *loader, const rondo_schema *saved, rondo_error *error)
{
    const rondo_series_config *config = loader->config;
    rondo_schema *schema = loader->dataset->schema;
    rondo_status status = rondo_series_make_scales(config, saved, &schema->scales, error);
    if (!status) status = rondo_series_create(config, schema->scales, &loader->series, error);
    if (status) return status;
    loader->dataset->forecasting = &loader->series->forecasting;
    schema->target = RONDO_TARGET_VALUES;
    schema->sequence_targets = loader->pooled;
    schema->input_width = schema->scales->input_count;
    schema->target_width = config->horizon * schema->scales->target_count;
    return RONDO_OK;
}

static rondo_status load(series_loader *loader, const rondo_data_config *config,
                         const rondo_schema *saved, rondo_error *error)
{
    rondo_status status;
    if ((status = read_files(loader, config, error))) return status;
    if (!saved && !loader->ranges[RONDO_TRAIN])
        return rondo_error_set(error, RONDO_USAGE, "data.path: no file to train on");
    if (!saved && loader->config->standardize)
        rondo_series_fit(loader->series, RONDO_TRAIN, loader->ranges[RONDO_TRAIN],
                         loader->series->files[RONDO_TRAIN].part_count);
    for (int file = 0; file < RONDO_SPLITS; file++) {
        if (loader->series->files[file].rows == 0) continue;
        if ((status = fill_inputs(loader, file, error))) return status;
        if (!loader->pooled && (status = fill_step_targets(loader, file, error))) return status;
    }
    for (int s = 0; s < RONDO_SPLITS && !status; s++)
        if (loader->ranges[s]) status = fill_split(loader, (rondo_split)s, error);
    return status;
}

static rondo_status read(const rondo_reading *reading, rondo_dataset *dataset, rondo_error *error)
{
    const rondo_experiment *experiment = reading->experiment;
    series_loader loader = {.config = experiment->data.options,
                            .pooled = experiment->model.pooling != RONDO_POOLING_NONE,
                            .dataset = dataset};
    rondo_status status = start(&loader, reading->saved, error);
    if (status) return status;
    if (reading->wanted->last_windows)
        return rondo_series_last_windows(loader.series, reading->wanted->file, dataset, error);
    status = load(&loader, &experiment->data, reading->saved, error);
    for (int s = 0; s < RONDO_SPLITS; s++)
        free(loader.ranges[s]);
    return status;
}

/* --- the format --- */

/* Names of columns with a trained model's means and deviations. */
static rondo_status restore(const rondo_data_config *data, rondo_schema *schema, rondo_error *error)
{
    const rondo_series_config *config = data->options;
    rondo_scales *scales;
    rondo_status status = rondo_series_make_scales(config, schema, &scales, error);
    if (status) return status;
    rondo_scales_destroy(schema->scales);
    schema->scales = scales;
    schema->input_width = scales->input_count;
    schema->target_width = config->horizon * scales->target_count;
    return RONDO_OK;
}

static const char *beside_steps(const rondo_data_config *data)
{
    const rondo_series_config *config = data->options;
    return config->difference == RONDO_NAIVE_NONE
               ? NULL
               : "the rows before a window, from which it takes differences "
                 "(data.options.difference)";
}

/* --- options --- */

static void check(const rondo_validator *validator)
{
    const rondo_data_config *data = &validator->experiment->data;
    const rondo_series_config *series = data->options;
    if (!series->targets)
        rondo_validator_refuse(validator, "data.options.targets", "data.format",
                               "missing key; allowed: the names of one or more columns");
    if (series->difference == RONDO_NAIVE_SEASONAL && series->season == 0)
        rondo_validator_refuse(validator, "data.options.difference", "data.options.season",
                               "season needs data.options.season above 0 (the rows of a period)");
    if (data->split.order == RONDO_RANDOM)
        rondo_validator_refuse(validator, "data.split.order", "data.format",
                               "must be sequential for data.format series (it is split in order)");
    if (data->truncated_bptt > 0)
        rondo_validator_refuse(validator, "data.truncated_bptt", "data.format",
                               "must be 0 for data.format series (windows are read whole)");
}

static const rondo_condition conditions[] = {
    {.path = "data.options.gaps", .any = {{.key = ".time", .with = "given"}}}, {.path = NULL}};

enum { MOST_UNITS = 65536, MOST_ROWS = 1048576 };

static const char *const differences[] = {"none", "last", "season", NULL};
static const char *const gaps[] = {"cut", "ignore", NULL};
static const char *const missing_rows[] = {"refuse", "skip_windows", NULL};

static const rondo_option rows[] = {
    RONDO_TEXT(rondo_series_config, inputs, RONDO_LIST, NULL,
               "input columns, by name: a, b or [a, b]; default: the targets"),
    RONDO_TEXT(rondo_series_config, targets, RONDO_LIST, NULL, "target columns, by name; required"),
    RONDO_TEXT(rondo_series_config, time, RONDO_LIST, NULL,
               "time column, which must be increasing: dates (2021-01-31, 2021-01-31 13:00, "
               "2021-01-31T13:00Z) or numbers; [Date, Time]: two columns, joined with a blank; "
               "unequal steps are reported, and no window crosses them"),
    RONDO_TEXT(rondo_series_config, id, 0, NULL,
               "column that says which series a row belongs to, if a file has several: no window "
               "spans two series; each is split in its own order and forecast separately"),
    RONDO_CELL_OPTIONS(rondo_series_config),
    RONDO_CHOICE(rondo_series_config, gaps, RONDO_GAPS_CUT, gaps,
                 "at gaps in time: no window crosses them (cut), or rows count as consecutive "
                 "(ignore), as for trading days"),
    RONDO_TEXT(rondo_series_config, missing, RONDO_LIST, NULL,
               "markers of missing values, besides empty cells: NA, ? or [NA, \"?\"]"),
    RONDO_CHOICE(rondo_series_config, missing_rows, RONDO_MISSING_REFUSE, missing_rows,
                 "refuse a file with missing values, or leave out the windows that touch a row "
                 "with one (skip_windows)"),
    RONDO_INTEGER(rondo_series_config, window, 32, 1, MOST_ROWS, "rows per window"),
    RONDO_INTEGER(rondo_series_config, horizon, 1, 1, MOST_UNITS,
                  "rows after the window to predict, all at once"),
    RONDO_INTEGER(rondo_series_config, stride, 1, 1, MOST_ROWS,
                  "rows between the starts of successive training windows"),
    RONDO_BOOLEAN(
        rondo_series_config, standardize, true,
        "subtract the training split's mean from each column and divide by its standard deviation"),
    RONDO_INTEGER(rondo_series_config, season, 0, 0, MOST_ROWS,
                  "rows per period (24 for hourly data with a daily pattern): forecasts are also "
                  "compared with the value one period earlier; 0: only with the last value"),
    RONDO_CHOICE(
        rondo_series_config, difference, RONDO_NAIVE_NONE, differences,
        "the model reads and predicts differences: from the previous row (last), or from the row "
        "one period earlier (season), as Box and Jenkins make a series stationary"),
    RONDO_OPTIONS_END};

const rondo_format rondo_format_series = {
    .head = {RONDO_PLUGIN_HEAD(RONDO_KIND_FORMAT, rondo_format), .name = "series",
             .summary = "time series in CSV or TSV: one row per time step, cut into windows",
             .config_size = sizeof(rondo_series_config), .options = rows},
    .provides = RONDO_PROVIDES_VALUES | RONDO_PROVIDES_NEXT_VALUES | RONDO_PROVIDES_WINDOWS |
                RONDO_PROVIDES_FILES | RONDO_PROVIDES_FOLDERS | RONDO_PROVIDES_STREAM |
                RONDO_PROVIDES_ROWS,
    .unit = RONDO_CHARACTER,
    .sequences = RONDO_LINE,
    .conditions = conditions,
    .check = check,
    .read = read,
    .restore = restore,
    .beside_steps = beside_steps};
