/* What forecasts need of a series: its own units, naive forecasts, ids and times. */
#include <stdlib.h>

#include "data/formats/series.h"

static const rondo_series *series_of(const rondo_forecasting *forecasting)
{
    return (const rondo_series *)forecasting;
}

static const rondo_series_table *table_of(const rondo_series *series, rondo_split split)
{
    return &series->files[series->file[split]];
}

/* The row of the file that a row of a split is. */
static int64_t file_row(const rondo_series *series, int64_t row)
{
    int64_t window = series->config.window;
    return series->window_ends ? series->window_ends[row / window] - window + row % window : row;
}

static int64_t column_of(const rondo_series *series, int64_t i)
{
    return series->scales->targets[i % series->scales->target_count];
}

static int64_t step_of(const rondo_series *series, int64_t i)
{
    return i / series->scales->target_count + 1;
}

static double in_units(const rondo_forecasting *forecasting, rondo_split split, int64_t row,
                       int64_t i, double output)
{
    const rondo_series *series = series_of(forecasting);
    int64_t column = column_of(series, i);
    return output * series->scales->deviation[column] +
           rondo_series_level(series, series->file[split], file_row(series, row),
                              step_of(series, i), column);
}

static double actual(const rondo_forecasting *forecasting, rondo_split split, int64_t row,
                     int64_t i)
{
    const rondo_series *series = series_of(forecasting);
    const rondo_series_table *table = table_of(series, split);
    return table->values[(file_row(series, row) + step_of(series, i)) * table->columns +
                         column_of(series, i)];
}

static double naive(const rondo_forecasting *forecasting, rondo_naive which, rondo_split split,
                    int64_t row, int64_t i)
{
    const rondo_series *series = series_of(forecasting);
    return rondo_series_naive(series, series->file[split], (int)which, file_row(series, row),
                              step_of(series, i), column_of(series, i));
}

/* In the same span of rows. */
static bool has_season(const rondo_forecasting *forecasting, rondo_split split, int64_t row)
{
    const rondo_series *series = series_of(forecasting);
    if (series->season == 0) return false;
    int64_t at = file_row(series, row);
    const rondo_series_span *span = rondo_series_table_span(table_of(series, split), at);
    return span && at + 1 - series->season >= span->first;
}

static const char *id_of(const rondo_forecasting *forecasting, rondo_split split, int64_t row)
{
    const rondo_series *series = series_of(forecasting);
    const rondo_series_table *table = table_of(series, split);
    const rondo_series_span *span = rondo_series_table_span(table, file_row(series, row));
    return span ? table->parts[span->part].id : NULL;
}

static void time_of(const rondo_forecasting *forecasting, rondo_split split, int64_t row, int64_t k,
                    char text[RONDO_MOMENT_SIZE])
{
    const rondo_series *series = series_of(forecasting);
    rondo_series_table_time(table_of(series, split), file_row(series, row), k, text);
}

static void destroy(rondo_forecasting *forecasting)
{
    rondo_series *series = (rondo_series *)forecasting;
    for (int file = 0; file < RONDO_SPLITS; file++)
        rondo_series_table_finish(&series->files[file]);
    free(series->window_ends);
    free(series);
}

rondo_forecasting rondo_series_forecasting(const rondo_series_config *config)
{
    return (rondo_forecasting){.horizon = config->horizon,
                               .id = config->id,
                               .time = config->time,
                               .destroy = destroy,
                               .in_units = in_units,
                               .actual = actual,
                               .naive = naive,
                               .has_season = has_season,
                               .id_of = id_of,
                               .time_of = time_of};
}
