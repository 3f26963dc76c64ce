#include "data/series.h"

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

/* --- rows --- */

static rondo_status read_files(series_loader *loader, const rondo_data_config *config,
                               rondo_error *error)
{
    rondo_series *series = loader->series;
    const char *paths[RONDO_SPLITS];
    int64_t sizes[RONDO_SPLITS] = {0}, first = 0;
    rondo_status status = rondo_split_paths(config, paths, error);
    for (int s = 0; !status && s < RONDO_SPLITS; s++)
        if (paths[s]) status = rondo_series_read(series, s, paths[s], error);
    if (!status)
        status = rondo_division_sizes(&config->split, paths[RONDO_VALID] != NULL,
                                      paths[RONDO_TEST] != NULL, series->files[RONDO_TRAIN].rows,
                                      "rows", sizes, error);
    for (int s = 0; !status && s < RONDO_SPLITS; s++) {
        bool has_file = s != RONDO_TRAIN && paths[s];
        series->file[s] = has_file ? s : RONDO_TRAIN;
        if (has_file) {
            loader->ranges[s] = (rondo_series_range){0, series->files[s].rows};
        } else if (sizes[s] > 0) {
            loader->ranges[s] = (rondo_series_range){first, first + sizes[s]};
            first += sizes[s];
        }
    }
    return status;
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
    int64_t lag = rondo_series_lag(series->difference, series->season);
    rondo_series_inputs(series, file, lag, rows, to + lag * width);
    return RONDO_OK;
}

/* The horizon behind a row: [horizon, target_count]. */
static void fill_target(const rondo_series *series, int file, int64_t row, rondo_real *to)
{
    for (int64_t k = 1; k <= series->horizon; k++)
        for (int64_t t = 0; t < series->target_count; t++)
            *to++ = rondo_series_value(series, file, row, k, series->targets[t]);
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

static rondo_status fill_window_targets(series_loader *loader, rondo_split split,
                                        const int64_t *start, int64_t count, rondo_real **out,
                                        rondo_error *error)
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
    rondo_dataset *dataset = loader->dataset;
    rondo_status status = rondo_series_create(loader->config, saved, &dataset->series, error);
    if (status) return status;
    loader->series = dataset->series;
    if ((status = read_files(loader, config, error))) return status;
    if (loader->ranges[RONDO_TRAIN].end == 0 && !saved)
        return refuse_short(loader, RONDO_TRAIN, error);
    if (!saved && loader->config->standardize)
        rondo_series_fit(loader->series, RONDO_TRAIN, &loader->ranges[RONDO_TRAIN]);
    const rondo_series *series = loader->series;
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
    dataset->target = RONDO_TARGET_VALUES;
    dataset->sequence_targets = loader.pooled;
    return load(&loader, &experiment->data, saved, error);
}
