/* Numbers that were measured, of which the median is wanted. */
#ifndef RONDO_BENCH_TIME_SAMPLES_H
#define RONDO_BENCH_TIME_SAMPLES_H

#include <stdint.h>

#include "base/error.h"

/* Zeroed: empty. */
typedef struct rondo_series {
    void *values; /* double */
    int64_t count, capacity;
} rondo_series;

rondo_status rondo_series_add(rondo_series *series, double value, rondo_error *error);

/* 0 of an empty one; sorts it. */
double rondo_series_median(rondo_series *series);

void rondo_series_finish(rondo_series *series);

/* The middle of some numbers (the mean of the two in the middle); sorts them. 0 for none. */
double rondo_median(double *values, int64_t count);

#endif
