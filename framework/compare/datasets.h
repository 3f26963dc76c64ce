/* The same variants on several data sets, a sweep each: ranked over the data sets (Demsar 2006),
 * with the mean over seeds as what a variant has on one. All functions are [main]. */
#ifndef RONDO_COMPARE_DATASETS_H
#define RONDO_COMPARE_DATASETS_H

#include "base/text.h"
#include "compare/comparison.h"
#include "compare/grid.h"
#include "statistics/ranks.h"

typedef struct rondo_datasets {
    int64_t count;
    rondo_comparison *sets; /* [count]: by folder, analysed */
    const char **names;     /* [count]: of the folders */
    int32_t variant_count;
    const char **variants; /* [variant_count]: in the order of the first sweep */
    double *values;        /* [count, variant_count]: means */
    double *mean_ranks;    /* [variant_count]: 1 is the best there can be */
    rondo_rank_test test;
    rondo_owned owned; /* private */
} rondo_datasets;

/* RONDO_USAGE, beside what collecting refuses: fewer than RONDO_RANKS_FEWEST data sets; two of them
 * are the same; a variant that one of them does not have. On failure there is nothing to finish. */
rondo_status rondo_datasets_collect(const char *const *paths, int64_t count,
                                    const rondo_compare_options *options, rondo_datasets *sets,
                                    rondo_error *error);
void rondo_datasets_finish(rondo_datasets *sets);

rondo_status rondo_datasets_print(const rondo_datasets *sets, rondo_face face, rondo_text *text,
                                  rondo_error *error);
/* A line a variant: its mean rank, its mean on every data set. */
void rondo_datasets_csv(const rondo_datasets *sets, rondo_text *text);

#endif
