/* Two samples without shared seeds. All functions are [any] and allocate nothing; all values are
 * finite. */
#ifndef RONDO_STATISTICS_UNPAIRED_H
#define RONDO_STATISTICS_UNPAIRED_H

#include <stdbool.h>
#include <stdint.h>

/* Unequal variances (Welch 1947; df of Satterthwaite 1946). Of a sample of less than two values
 * only `difference` is a number, and p is 1. */
typedef struct rondo_welch {
    double difference; /* mean of a - mean of b */
    double low, high;
    double t, df, p; /* two-sided */
} rondo_welch;

rondo_welch rondo_welch_test(const double *a, int64_t a_count, const double *b, int64_t b_count,
                             double confidence);

/* The rank test of Mann & Whitney (1947). Up to RONDO_MANN_WHITNEY_EXACT values a sample and
 * without ties, p counts all orders; otherwise it is the normal approximation with correction for
 * ties and continuity. */
enum { RONDO_MANN_WHITNEY_EXACT = 20 };

typedef struct rondo_mann_whitney {
    double u;       /* pairs of a value of each with a > b; ties half */
    double greater; /* u / (n m): P(a > b) (the A of Vargha & Delaney 2000) */
    double p;       /* two-sided */
    bool exact;
} rondo_mann_whitney;

rondo_mann_whitney rondo_mann_whitney_test(const double *a, int64_t a_count, const double *b,
                                           int64_t b_count);

#endif
