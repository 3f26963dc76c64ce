/* Numbers that were measured, of which medians and quantiles are wanted. */
#ifndef RONDO_BENCH_TIME_SAMPLES_H
#define RONDO_BENCH_TIME_SAMPLES_H

#include <stdint.h>

#include "base/error.h"

/* Zeroed: empty. */
typedef struct rondo_samples {
    void *values; /* double */
    int64_t count, capacity;
} rondo_samples;

rondo_status rondo_samples_add(rondo_samples *samples, double value, rondo_error *error);

/* 0 of an empty one; sorts it. */
double rondo_samples_median(rondo_samples *samples);

/* The smallest that at least so large a share of them (0 to 1) does not exceed. 0 of an empty one;
 * sorts it. */
double rondo_samples_quantile(rondo_samples *samples, double share);

double rondo_samples_sum(const rondo_samples *samples);

void rondo_samples_finish(rondo_samples *samples);

#endif
