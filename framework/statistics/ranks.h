/* Variants compared over several data sets, by their ranks (Demsar 2006, "Statistical Comparisons
 * of Classifiers over Multiple Data Sets", section 3.2.2): to be used from 5 data sets on. [any] */
#ifndef RONDO_STATISTICS_RANKS_H
#define RONDO_STATISTICS_RANKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum { RONDO_RANKS_FEWEST = 5, RONDO_RANKS_MOST_VARIANTS = 100 };

typedef struct rondo_rank_test {
    int32_t variants; /* 2 .. RONDO_RANKS_MOST_VARIANTS */
    int64_t sets;     /* of data */
    double friedman;  /* chi^2 with variants - 1 degrees, corrected for ties (Conover 1999) */
    double friedman_p;
    double iman_davenport; /* F with k - 1 and (k - 1)(N - 1) degrees; infinite where all data sets
                              agree (Iman & Davenport 1980) */
    double iman_davenport_p;
    double critical_difference; /* of mean ranks, at 5 % over all pairs (Nemenyi 1963) */
} rondo_rank_test;

/* values[d * variants + v]: of variant v on data set d, all finite. mean_ranks[v]: 1 is the best
 * there can be; ties share. RONDO_FAILED without memory; RONDO_USAGE: fewer than 2 data sets or
 * variants, or too many variants. */
rondo_status rondo_ranks_test(const double *values, int32_t variants, int64_t sets,
                              bool higher_is_better, double *mean_ranks, rondo_rank_test *test,
                              rondo_error *error);

#endif
