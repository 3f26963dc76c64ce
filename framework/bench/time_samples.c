#include "bench/time_samples.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/sort.h"

rondo_status rondo_samples_add(rondo_samples *samples, double value, rondo_error *error)
{
    rondo_status status =
        rondo_memory_grow(&samples->values, &samples->capacity, samples->count + 1, sizeof value,
                          "measured times", error);
    if (!status) ((double *)samples->values)[samples->count++] = value;
    return status;
}

double rondo_samples_median(rondo_samples *samples)
{
    return rondo_median(samples->values, samples->count);
}

double rondo_samples_quantile(rondo_samples *samples, double share)
{
    int64_t place = (int64_t)ceil(share * (double)samples->count) - 1;
    if (samples->count == 0) return 0;
    rondo_sort_numbers(samples->values, samples->count);
    return ((const double *)samples->values)[place > 0 ? place : 0];
}

double rondo_samples_sum(const rondo_samples *samples)
{
    const double *values = samples->values;
    double sum = 0;
    for (int64_t i = 0; i < samples->count; i++)
        sum += values[i];
    return sum;
}

void rondo_samples_finish(rondo_samples *samples)
{
    free(samples->values);
}
