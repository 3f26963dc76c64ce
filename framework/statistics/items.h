/* Two models that are deterministic, on the items of one test set. What they differ by there is
 * about these two models and items like those; it says nothing of other seeds (statistics/verdict.h
 * does). [any] */
#ifndef RONDO_STATISTICS_ITEMS_H
#define RONDO_STATISTICS_ITEMS_H

#include <stdint.h>

/* McNemar's exact test (McNemar 1947): of the items that exactly one model has right, each could as
 * well have been the other's. Two-sided p from `first_only` and `second_only`, their numbers; 1
 * where there are none. */
double rondo_mcnemar_exact(int64_t first_only, int64_t second_only);

enum { RONDO_BOOTSTRAP_SAMPLES = 9999 };

/* The paired bootstrap over sequences (Efron & Tibshirani 1993): sequences are drawn with
 * replacement, with both models' sums together, `samples` times. */
typedef struct rondo_paired_bootstrap {
    double difference;        /* of first's and second's sum(sums) / sum(weights) */
    double low, high;         /* 95 % percentile interval */
    double bca_low, bca_high; /* 95 % BCa interval (Efron 1987): the one to show where sequences are
                                 of unequal weight, since their sums are skewed; of 20 or more */
    double p; /* two-sided: twice the smaller share of samples on either side of 0, those at
                 0 on both, (b + 1)/(m + 1); at most 1 */
} rondo_paired_bootstrap;

/* first[i], second[i]: sums of sequence i (of its losses); weights[i]: what they are sums over,
 * above 0. The same numbers and seed give the same answer. `samples` has room for
 * RONDO_BOOTSTRAP_SAMPLES. */
rondo_paired_bootstrap rondo_bootstrap_pairs(const double *first, const double *second,
                                             const double *weights, int64_t count, uint64_t seed,
                                             double *samples);

#endif
