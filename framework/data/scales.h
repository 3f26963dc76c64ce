/* Standardised values: x' = (x - mean) / deviation, by column, with the mean and the deviation
 * (over n, not n - 1) of the training split's steps; a column that never changes has deviation 1.
 * Time series have their own (data/formats/series.h), which differences need. */
#ifndef RONDO_DATA_SCALES_H
#define RONDO_DATA_SCALES_H

#include "data/dataset.h"

/* Columns of inputs, then, where they are scaled, of targets; of data whose targets are their next
 * inputs those are the inputs' own. */
struct rondo_scales {
    int64_t count, input_count, target_count; /* target_count 0: targets are as they were */
    const char **names;                       /* [count]: "input 1", .., "target 1", .. */
    double *mean, *deviation;                 /* [count] */
    char *text;                               /* owns the names */
};

/* Standardises a data set in place as data.standardize says; dataset->scales keeps what with.
 * `saved` (may be NULL): a run's own means and deviations. RONDO_USAGE: inputs or targets that are
 * no values. [main] */
rondo_status rondo_scales_apply(const rondo_experiment *experiment, const rondo_saved_names *saved,
                                rondo_dataset *dataset, rondo_error *error);

/* A run's own, for data that are read later. [main] */
rondo_status rondo_scales_restore_saved(const rondo_saved_names *saved, rondo_scales **out,
                                        rondo_error *error);
void rondo_scales_destroy(rondo_scales *scales); /* NULL is fine */

/* A prediction of target number `column` in the units of the data; `scales` may be NULL. [any] */
double rondo_scales_restore(const rondo_scales *scales, int64_t column, double value);

#endif
