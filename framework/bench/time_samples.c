#include "bench/time_samples.h"

#include <stdlib.h>

#include "base/memory.h"

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double rondo_median(double *values, int64_t count)
{
    if (count == 0) return 0;
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

rondo_status rondo_series_add(rondo_series *series, double value, rondo_error *error)
{
    rondo_status status = rondo_memory_grow(&series->values, &series->capacity, series->count + 1,
                                            sizeof value, "measured times", error);
    if (!status) ((double *)series->values)[series->count++] = value;
    return status;
}

double rondo_series_median(rondo_series *series)
{
    return rondo_median(series->values, series->count);
}

void rondo_series_finish(rondo_series *series)
{
    free(series->values);
}
