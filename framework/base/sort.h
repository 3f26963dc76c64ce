/* Numbers in order. */
#ifndef RONDO_BASE_SORT_H
#define RONDO_BASE_SORT_H

#include <stdint.h>

/* The smallest first; none of them is a NaN. [any] */
void rondo_sort_numbers(double *numbers, int64_t count);

/* The largest first. [any] */
void rondo_sort_falling(int64_t *numbers, int64_t count);

/* The middle of some numbers (the mean of the two in the middle); sorts them. 0 for none. [any] */
double rondo_median(double *numbers, int64_t count);

#endif
