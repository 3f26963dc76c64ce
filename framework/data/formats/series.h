/* Time series: rows of a table in the order of time, cut into windows.
 *
 * With model.pooling (last, mean, max) a window of `window` rows has one target, the next `horizon`
 * rows of the target columns, row after row:
 *
 *     rows  0  1  2  3  4  5  6  7        window 4, horizon 2, stride 1
 *          [x  x  x  x] y  y
 *             [x  x  x  x] y  y
 *
 * Without pooling every step of a window has such a target: the step at row r has rows r + 1 ..
 * r + horizon.
 *
 * A split is a range of rows in order; a window belongs to it when all rows that it predicts do. So
 * nothing of valid and test is ever a target in training, and their first windows look back into
 * the rows before them. A split with a file of its own has only that file's rows before it. Windows
 * for training start `stride` rows apart. Those for valid and test start at every row; without
 * pooling they follow one another, so that with horizon 1 every row is predicted once, and the last
 * may be shorter.
 *
 * With data.options.time, id or missing values a file falls into parts, one for each id, and spans
 * of rows without a gap (data/formats/series_table.h). Each part is split by itself in its order; a
 * window, with all rows that it reads, predicts or takes differences from, lies in one span.
 *
 * Standardisation: x' = (x - mean) / deviation, with the mean and the deviation (over n, not n - 1)
 * of the training split's rows only; a column that never changes has deviation 1.
 *
 * Forecasts of row r + k made at row r that need no model (Hyndman & Athanasopoulos 2021,
 * Forecasting: Principles and Practice, section 5.2):
 *
 *     persistence      row r
 *     seasonal naive   the row a period m before, or as many periods as bring it to one that is
 *                      known at r: r + k - m (floor((k - 1) / m) + 1)
 *
 * With `difference` (Box & Jenkins 1970) an input is the difference from the row before (last) or a
 * period before (season), a target that from the naive forecast, both divided by the deviation.
 * Windows start behind the first such difference.
 */
#ifndef RONDO_DATA_FORMATS_SERIES_H
#define RONDO_DATA_FORMATS_SERIES_H

#include "data/forecasting.h"
#include "data/formats/series_table.h"

/* What a data set of windows keeps of its table. Start s of a split's sequences is a row of the
 * split's file. */
typedef struct rondo_series {
    rondo_forecasting forecasting; /* what others see of it */
    rondo_series_config config;    /* its texts are the experiment's */
    int64_t horizon, season;
    int difference;         /* rondo_naive */
    rondo_scales *scales;   /* its columns, borrowed from the schema: inputs, then other targets */
    int file[RONDO_SPLITS]; /* the split whose file a split's rows are in */
    rondo_series_table files[RONDO_SPLITS]; /* as read, in the file's own units */
    int64_t *window_ends; /* of a file that is forecast: the row behind each last window, which are
                             its only sequences, one after another; otherwise NULL */
} rondo_series;

/* Of a data set that this format read. */
static inline const rondo_series *rondo_series_of(const rondo_dataset *dataset)
{
    return (const rondo_series *)dataset->forecasting;
}

/* The columns that the config names, with a trained model's means and deviations or (`saved` NULL)
 * 0 and 1. [main] */
rondo_status rondo_series_make_scales(const rondo_series_config *config, const rondo_schema *saved,
                                      rondo_scales **out, rondo_error *error);

/* Without rows; the scales must outlive it. series->forecasting.destroy frees it. [main] */
rondo_status rondo_series_create(const rondo_series_config *config, rondo_scales *scales,
                                 rondo_series **out, rondo_error *error);

/* What forecasts need of a series (series_forecasting.c). */
rondo_forecasting rondo_series_forecasting(const rondo_series_config *config);

/* Reads a file as the test split: the last window of each part that has rows enough behind its last
 * gap or missing value. Refused where none has; some that have not are named in a warning.
 * (series_last_windows.c) [main] */
rondo_status rondo_series_last_windows(rondo_series *series, const char *path,
                                       rondo_dataset *dataset, rondo_error *error);

/* The rows of a file, as number `file` of the series. [main] */
rondo_status rondo_series_read(rondo_series *series, int file, const char *path, bool is_training,
                               rondo_error *error);

/* The naive forecast of row + k made at `row`, in the file's units; of a column of the series.
 * [any] */
double rondo_series_naive(const rondo_series *series, int file, int naive, int64_t row, int64_t k,
                          int64_t column);

/* What row + k stands for less its mean, or with `difference` less its naive forecast made at
 * `row`, in the file's units: what is added to a prediction. [any] */
double rondo_series_level(const rondo_series *series, int file, int64_t row, int64_t k,
                          int64_t column);

/* Rows before the first difference. [any] */
int64_t rondo_series_lag(int difference, int64_t season);

/* Row + k as the network has it; and inputs of rows first .. end - 1, [end - first, input_count],
 * of which each has its difference. [any] */
rondo_real rondo_series_value(const rondo_series *series, int file, int64_t row, int64_t k,
                              int64_t column);
void rondo_series_inputs(const rondo_series *series, int file, int64_t first, int64_t end,
                         rondo_real *inputs);

/* Rows first .. end - 1 of a file. */
typedef struct rondo_series_range {
    int64_t first, end;
} rondo_series_range;

/* Means and deviations of the rows of these ranges, without missing values. [main] */
void rondo_series_fit(rondo_series *series, int file, const rondo_series_range *ranges,
                      int64_t range_count);

/* The windows of a range of rows that lie in one span of its file: the row each starts at and its
 * steps, into arrays of that many, or NULL to count them. Returns their number. [any] */
int64_t rondo_series_windows(const rondo_series_config *config, bool pooled, bool training,
                             const rondo_series_range *range, const rondo_series_range *span,
                             int64_t *start, int64_t *steps);

#endif
