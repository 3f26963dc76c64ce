/* Values of two variants, or of one: intervals, tests and effect sizes. A value belongs to a run;
 * in a pair, values at the same place share their seed. All functions are [any] and allocate
 * nothing. All values are finite; counts are at least 1 (what needs 2 says what it gives for 1).
 */
#ifndef RONDO_STATISTICS_PAIRED_H
#define RONDO_STATISTICS_PAIRED_H

#include <stdbool.h>
#include <stdint.h>

/* Mean, deviation with n - 1, and Student's t interval (Student 1908). */
typedef struct rondo_t_interval {
    int64_t count;
    double mean;
    double deviation; /* NaN for one value; so are low and high */
    double low, high;
} rondo_t_interval;

/* `confidence`: 0.95. */
rondo_t_interval rondo_t_interval_of(const double *values, int64_t count, double confidence);

/* A paired comparison: differences a[i] - b[i]. */
typedef struct rondo_paired_t {
    rondo_t_interval difference;
    double t, p;           /* two-sided; of one pair p is 1 */
    double d_z;            /* mean / deviation (Cohen 1988); infinite where all are equal, not 0 */
    double g_z;            /* d_z * J, J = 1 - 3 / (4 df - 1), df = n - 1 (Hedges 1981) */
    double better_smaller; /* share of pairs with a[i] < b[i], ties half; ties: equal doubles */
} rondo_paired_t;

rondo_paired_t rondo_paired_t_test(const double *a, const double *b, int64_t count,
                                   double confidence);

/* J of the sizes above; 0 where df < 2, since the formula has no value there. */
double rondo_hedges_correction(int64_t df);

/* The sign-flip permutation test of mean difference 0 (Fisher 1935, "The Design of Experiments",
 * section 21): under the null each difference could as well have had the other sign.
 *
 * Up to RONDO_SIGN_FLIP_EXACT pairs all 2^n signs are counted, in integers: differences in units of
 * 2^-52 of their sum of sizes, so that no sum depends on its order. A sum ties with the observed
 * one where they are nearer than 2^-38 of the sum of sizes or than what rounding to doubles can
 * have done to the differences (2 ulp of a[i] and b[i] each), whichever is more. Ties count: p is
 * never too small by rounding.
 *
 * Beyond that, `samples` random signs (RONDO_SIGN_FLIP_SAMPLES) with p = (b + 1) / (m + 1) (Phipson
 * & Smyth 2010), from `seed` only: the same values give the same p. */
enum { RONDO_SIGN_FLIP_EXACT = 20, RONDO_SIGN_FLIP_SAMPLES = 99999 };

typedef struct rondo_sign_flip {
    double p;        /* two-sided */
    bool exact;      /* all signs counted; otherwise by `samples` random ones */
    int64_t samples; /* 2^n, or how many were drawn */
} rondo_sign_flip;

rondo_sign_flip rondo_sign_flip_test(const double *a, const double *b, int64_t count,
                                     uint64_t seed);

/* The smallest two-sided p that all signs of `count` pairs can give: 2 / 2^count. */
double rondo_sign_flip_smallest(int64_t count);

/* The fewest pairs with which that is below `alpha`: 6 for 0.05. */
int64_t rondo_sign_flip_fewest(double alpha);

/* Equivalence: two one-sided paired t tests (Schuirmann 1987) against |difference| >= margin, which
 * is positive. Equivalent at level alpha where p < alpha; the t interval of confidence 1 - 2 alpha
 * then lies within the margin. Of one pair p is 1. */
typedef struct rondo_equivalence {
    double p;             /* the greater of the two */
    double p_low, p_high; /* against difference <= -margin, against difference >= margin */
} rondo_equivalence;

rondo_equivalence rondo_equivalence_test(const double *a, const double *b, int64_t count,
                                         double margin);

/* Holm (1979): adjusted[i] for `count` p values, at most 1, monotone in p. A NaN is left out of the
 * family and stays NaN. O(count^2). */
void rondo_holm(const double *p, int64_t count, double *adjusted);

#endif
