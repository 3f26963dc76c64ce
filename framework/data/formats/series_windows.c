#include "data/formats/series.h"

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t rondo_series_lag(int difference, int64_t season)
{
    return difference == RONDO_NAIVE_NONE ? 0 : difference == RONDO_NAIVE_SEASONAL ? season : 1;
}

/* A window at row i of W steps predicts rows i + W .. i + W + h - 1 when pooled, otherwise
 * i + 1 .. i + W + h - 1. */
int64_t rondo_series_windows(const rondo_series_config *config, bool pooled, bool training,
                             const rondo_series_range *range, const rondo_series_range *span,
                             int64_t *start, int64_t *steps)
{
    int64_t window = config->window, horizon = config->horizon, count = 0;
    int64_t back = pooled ? window : 1;
    int64_t stride = training ? config->stride : pooled ? 1 : window;
    int64_t shortest = training || pooled ? window : 1;
    int64_t lag = rondo_series_lag(config->difference, config->season);
    int64_t end = range->end < span->end ? range->end : span->end;
    for (int64_t i = most(range->first - back, span->first + lag); i + shortest + horizon <= end;
         i += stride) {
        int64_t left = end - horizon - i;
        if (start) start[count] = i;
        if (steps) steps[count] = left < window ? left : window;
        count++;
    }
    return count;
}

static double value_at(const rondo_series *series, int file, int64_t row, int64_t column)
{
    const rondo_series_table *table = &series->files[file];
    return table->values[row * table->columns + column];
}

double rondo_series_naive(const rondo_series *series, int file, int naive, int64_t row, int64_t k,
                          int64_t column)
{
    int64_t season = series->season;
    if (naive == RONDO_NAIVE_PERSISTENCE) return value_at(series, file, row, column);
    return value_at(series, file, row + k - season * ((k - 1) / season + 1), column);
}

double rondo_series_level(const rondo_series *series, int file, int64_t row, int64_t k,
                          int64_t column)
{
    return series->difference == RONDO_NAIVE_NONE
               ? series->scales->mean[column]
               : rondo_series_naive(series, file, series->difference, row, k, column);
}

rondo_real rondo_series_value(const rondo_series *series, int file, int64_t row, int64_t k,
                              int64_t column)
{
    double level = rondo_series_level(series, file, row, k, column);
    return (rondo_real)((value_at(series, file, row + k, column) - level) /
                        series->scales->deviation[column]);
}

void rondo_series_inputs(const rondo_series *series, int file, int64_t first, int64_t end,
                         rondo_real *inputs)
{
    for (int64_t row = first; row < end; row++)
        for (int64_t column = 0; column < series->scales->input_count; column++)
            *inputs++ = rondo_series_value(series, file, row - 1, 1, column);
}

rondo_status rondo_series_read(rondo_series *series, int file, const char *path, bool is_training,
                               rondo_error *error)
{
    const rondo_series_columns columns = {.names = series->scales->names,
                                          .count = series->scales->count,
                                          .guesses = true,
                                          .is_training = is_training};
    return rondo_series_table_read(path, &columns, &series->config, &series->files[file], error);
}
