#include "bench/time_samples.h"

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

void rondo_samples_finish(rondo_samples *samples)
{
    free(samples->values);
}
