/* What columns of values are called and how they are standardised: x' = (x - mean) / deviation, by
 * column, with the mean and the deviation (over n, not n - 1) of the training split's steps; a
 * column that never changes has deviation 1.
 *
 * data.standardize scales columns that have numbers for names (data/standardize.h); those of a time
 * series have the names of its table, and their format may add more to a value (data/forecasting.h).
 */
#ifndef RONDO_DATA_SCALES_H
#define RONDO_DATA_SCALES_H

#include <stdint.h>

#include "base/error.h"

/* Columns of inputs, then those of targets that are no inputs. */
typedef struct rondo_scales {
    int64_t count, input_count;
    int64_t target_count;     /* 0: targets are as they were */
    int64_t *targets;         /* [target_count]: which column each is */
    const char **names;       /* [count]: "input 1", .., "target 1", .. where data name none */
    double *mean, *deviation; /* [count]; 0 and 1 where not standardised */
    char *text;               /* owns the names */
} rondo_scales;

/* With copies of the names, means 0 and deviations 1; target t is column t. [main] */
rondo_status rondo_scales_create(int64_t count, const char *const *names, int64_t input_count,
                                 int64_t target_count, rondo_scales **out, rondo_error *error);
void rondo_scales_destroy(rondo_scales *scales); /* NULL is fine */

/* The means and deviations of a trained model's columns of these names; one that is not there
 * (`saved` may be NULL), or no number that can be divided by: RONDO_FAILED. [main] */
rondo_status rondo_scales_take(rondo_scales *scales, const rondo_scales *saved, rondo_error *error);

/* A prediction of target number `column` in the units of the data; `scales` may be NULL. [any] */
double rondo_scales_restore(const rondo_scales *scales, int64_t column, double value);

#endif
