#include "evaluate/forecast.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "data/formats/series.h"

static void add_error(rondo_forecast_sums *sums, double predicted, double actual)
{
    double error = predicted - actual;
    sums->sizes += fabs(error);
    sums->squares += error * error;
}

/* Forecasts of one value, row + k of target t, made at `row`; `output` is the model's. */
static void add_value(rondo_forecast *forecast, int file, int64_t row, int64_t k, int64_t t,
                      double output)
{
    const rondo_series *series = forecast->series;
    const rondo_series_table *table = &series->files[file];
    int64_t column = series->scales->targets[t];
    double actual = table->values[(row + k) * table->columns + column];
    double level = rondo_series_level(series, file, row, k, column);
    rondo_forecast_sums *sums = forecast->sums + t;
    add_error(sums, output * series->scales->deviation[column] + level, actual);
    for (int naive = RONDO_NAIVE_PERSISTENCE; naive <= RONDO_NAIVE_SEASONAL; naive++) {
        sums += series->scales->target_count;
        if (naive == RONDO_NAIVE_PERSISTENCE || forecast->has_season)
            add_error(sums, rondo_series_naive(series, file, naive, row, k, column), actual);
    }
}

/* All forecasts of a minibatch: one a row, or one a token. */
static void add_batch(rondo_forecast *forecast, const rondo_network *network,
                      const rondo_sequences *sequences, int file, const rondo_batch *batch,
                      bool pooled, const rondo_real *prediction)
{
    int64_t width = network->output_width, targets = forecast->series->scales->target_count;
    for (int64_t b = 0; b < batch->rows; b++) {
        int64_t s = batch->sequence[b], start = rondo_sequence_start(sequences, s);
        int64_t steps = sequences->offset[s + 1] - sequences->offset[s];
        for (int64_t step = pooled ? steps - 1 : 0; step < steps; step++) {
            const rondo_real *from = prediction + (pooled ? b : batch->offset[step] + b) * width;
            network->loss->activate(network->loss_options, 1, width, from, width, forecast->output,
                                    width);
            for (int64_t i = 0; i < width; i++)
                add_value(forecast, file, start + step, i / targets + 1, i % targets,
                          (double)forecast->output[i]);
            forecast->count += forecast->series->horizon;
        }
    }
}

/* Whether every forecast of the split has a known row a period before what it predicts, in the same
 * span of rows. */
static bool has_season(const rondo_dataset *dataset, rondo_split split)
{
    const rondo_sequences *sequences = &dataset->splits[split];
    const rondo_series *series = dataset->series;
    const rondo_series_table *table = &series->files[series->file[split]];
    if (series->season == 0) return false;
    for (int64_t s = 0; s < sequences->count; s++) {
        int64_t row = sequences->start[s];
        if (dataset->schema->sequence_targets)
            row += sequences->offset[s + 1] - sequences->offset[s] - 1;
        const rondo_series_span *span = rondo_series_table_span(table, row);
        if (!span || row + 1 - series->season < span->first) return false;
    }
    return true;
}

static rondo_status start(const rondo_dataset *dataset, rondo_split split, rondo_forecast *forecast,
                          rondo_error *error)
{
    const rondo_series *series = dataset->series;
    size_t columns = (size_t)(RONDO_FORECASTERS * series->scales->target_count);
    *forecast = (rondo_forecast){.series = series, .has_season = has_season(dataset, split)};
    forecast->sums =
        rondo_memory_create(columns * sizeof *forecast->sums, "sums of forecasts", error);
    if (!forecast->sums) return error->status;
    forecast->output = rondo_memory_create(
        (size_t)dataset->schema->target_width * sizeof *forecast->output, "a forecast", error);
    return forecast->output ? RONDO_OK : error->status;
}

rondo_status rondo_forecast_run(rondo_pass *pass, rondo_batches *batches,
                                const rondo_network *network, const rondo_dataset *dataset,
                                rondo_split split, rondo_forecast *forecast, rondo_error *error)
{
    rondo_batch batch;
    rondo_score ignored = {0};
    rondo_status status = start(dataset, split, forecast, error);
    for (int64_t i = 0; !status && i < rondo_batches_count(batches); i++) {
        rondo_batches_get(batches, 0, i, &batch);
        rondo_pass_evaluate(pass, &batch, &ignored);
        add_batch(forecast, network, &dataset->splits[split], dataset->series->file[split], &batch,
                  dataset->schema->sequence_targets, rondo_pass_prediction(pass));
    }
    return status;
}

void rondo_forecast_finish(rondo_forecast *forecast)
{
    rondo_memory_destroy(forecast->sums);
    rondo_memory_destroy(forecast->output);
    *forecast = (rondo_forecast){0};
}
