#include "evaluate/forecast.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/forecasting.h"

static void add_error(rondo_forecast_sums *sums, double predicted, double actual)
{
    double error = predicted - actual;
    sums->sizes += fabs(error);
    sums->squares += error * error;
}

static int64_t target_count(const rondo_dataset *dataset)
{
    return dataset->schema->scales->target_count;
}

/* Forecasts of one value, output number i of a prediction made at `row`; `output` is the model's. */
static void add_value(rondo_forecast *forecast, int64_t row, int64_t i, double output)
{
    const rondo_forecasting *of = forecast->dataset->forecasting;
    int64_t targets = target_count(forecast->dataset);
    rondo_split split = forecast->split;
    double actual = of->actual(of, split, row, i);
    rondo_forecast_sums *sums = forecast->sums + i % targets;
    add_error(sums, of->in_units(of, split, row, i, output), actual);
    for (int naive = RONDO_NAIVE_PERSISTENCE; naive <= RONDO_NAIVE_SEASONAL; naive++) {
        sums += targets;
        if (naive == RONDO_NAIVE_PERSISTENCE || forecast->has_season)
            add_error(sums, of->naive(of, (rondo_naive)naive, split, row, i), actual);
    }
}

/* Whether every forecast of the split has a known row a period before what it predicts. */
static bool has_season(const rondo_dataset *dataset, rondo_split split)
{
    const rondo_sequences *sequences = &dataset->splits[split];
    const rondo_forecasting *of = dataset->forecasting;
    if (!of->has_season) return false;
    for (int64_t s = 0; s < sequences->count; s++) {
        int64_t row = rondo_sequence_start(sequences, s);
        if (dataset->schema->sequence_targets)
            row += sequences->offset[s + 1] - sequences->offset[s] - 1;
        if (!of->has_season(of, split, row)) return false;
    }
    return true;
}

static size_t sums_bytes(const rondo_dataset *dataset)
{
    return (size_t)(RONDO_FORECASTERS * target_count(dataset)) * sizeof(rondo_forecast_sums);
}

size_t rondo_forecast_bytes(const rondo_dataset *dataset)
{
    if (!dataset->forecasting) return 0;
    return sizeof(rondo_forecast) + sums_bytes(dataset) +
           (size_t)dataset->schema->target_width * sizeof(rondo_real);
}

rondo_status rondo_forecast_create(const rondo_network *network, const rondo_dataset *dataset,
                                   rondo_forecast **out, rondo_error *error)
{
    *out = NULL;
    rondo_forecast *forecast = rondo_memory_create(sizeof *forecast, "forecasts", error);
    if (!forecast) return error->status;
    *forecast = (rondo_forecast){.network = network, .dataset = dataset};
    forecast->sums = rondo_memory_create(sums_bytes(dataset), "sums of forecasts", error);
    forecast->output = rondo_memory_create(
        (size_t)dataset->schema->target_width * sizeof *forecast->output, "a forecast", error);
    if (!forecast->sums || !forecast->output) {
        rondo_forecast_destroy(forecast);
        return error->status;
    }
    *out = forecast;
    return RONDO_OK;
}

void rondo_forecast_destroy(rondo_forecast *forecast)
{
    if (!forecast) return;
    rondo_memory_destroy(forecast->sums);
    rondo_memory_destroy(forecast->output);
    rondo_memory_destroy(forecast);
}

void rondo_forecast_start(rondo_forecast *forecast, rondo_split split)
{
    forecast->split = split;
    forecast->count = 0;
    forecast->has_season = has_season(forecast->dataset, split);
    memset(forecast->sums, 0, sums_bytes(forecast->dataset));
}

/* One per row, or one per token. */
void rondo_forecast_take(rondo_forecast *forecast, const rondo_batch *batch,
                         const rondo_real *prediction)
{
    const rondo_network *network = forecast->network;
    const rondo_sequences *sequences = &forecast->dataset->splits[forecast->split];
    bool pooled = forecast->dataset->schema->sequence_targets;
    int64_t width = network->output_width, count = network->target_width;
    for (int64_t b = 0; b < batch->rows; b++) {
        int64_t s = batch->sequence[b], start = rondo_sequence_start(sequences, s);
        int64_t steps = sequences->offset[s + 1] - sequences->offset[s];
        for (int64_t step = pooled ? steps - 1 : 0; step < steps; step++) {
            const rondo_real *from = prediction + (pooled ? b : batch->offset[step] + b) * width;
            if (network->loss->answer)
                network->loss->answer(network->loss_options, 1, count, from, width,
                                      forecast->output, count);
            else
                network->loss->activate(network->loss_options, 1, width, from, width,
                                        forecast->output, width);
            for (int64_t i = 0; i < count; i++)
                add_value(forecast, start + step, i, (double)forecast->output[i]);
            forecast->count += forecast->dataset->forecasting->horizon;
        }
    }
}

void rondo_forecast_add(rondo_forecast *forecast, const rondo_forecast *more)
{
    int64_t columns = RONDO_FORECASTERS * target_count(forecast->dataset);
    forecast->count += more->count;
    forecast->has_season &= more->has_season;
    for (int64_t i = 0; i < columns; i++) {
        forecast->sums[i].sizes += more->sums[i].sizes;
        forecast->sums[i].squares += more->sums[i].squares;
    }
}

bool rondo_forecast_is_made(const rondo_forecast *forecast, rondo_forecaster forecaster)
{
    return forecaster != RONDO_BY_SEASON || forecast->has_season;
}

bool rondo_forecast_naive(const rondo_forecast *forecast, int64_t index,
                          rondo_forecaster *forecaster)
{
    if (index >= RONDO_FORECASTERS - RONDO_BY_PERSISTENCE) return false;
    *forecaster = (rondo_forecaster)(RONDO_BY_PERSISTENCE + index);
    return rondo_forecast_is_made(forecast, *forecaster);
}
