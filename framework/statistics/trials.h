/* What the trials of a random search say. A trial has one figure (its validation loss); trials
 * whose figure is not finite are left out by the caller. All functions are [any] and allocate
 * nothing but where it says so. */
#ifndef RONDO_STATISTICS_TRIALS_H
#define RONDO_STATISTICS_TRIALS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* expected[n - 1], n = 1 .. count: the best figure of n trials, expected, without bias: the mean
 * over all sets of n of the `count` trials (Tang et al. 2020, "Showing Your Work Doesn't Always
 * Work", eq. 4: sum_i C(i - 1, n - 1) / C(count, n) x_(i)). The plug-in estimator of Dodge et al.
 * 2019, with replacement, is biased. RONDO_FAILED without memory. */
rondo_status rondo_trials_expected_best(const double *figures, int64_t count, bool higher_is_better,
                                        double *expected, rondo_error *error);

/* low, high[n - 1]: the ends of a band around expected[n - 1], of each n by itself: -+ t(count - 1)
 * times the jackknife's standard error of that mean over sets (Efron & Stein 1981). Of bands of
 * confidence 0.95, 90 to 95 % hold the true value (tests/statistics/test_best_of.c); beyond a third
 * of the trials it would be fewer, and the ends are NaN. O(count^2). RONDO_FAILED without memory.
 */
rondo_status rondo_trials_best_band(const double *figures, int64_t count, bool higher_is_better,
                                    double confidence, double *low, double *high,
                                    rondo_error *error);

/* How much of the figures' variance goes with one setting, alone: the first-order share of the
 * functional ANOVA, by a curve through the trials (statistics/effect_curve.h), over the ranks of
 * the setting, so that no scale has to be chosen. And a test of whether it goes with it at all:
 * trials are put in bins of as many trials each, as many bins as the root of the number of trials,
 * 2 to 10, and the variance between the bins' mean ranks is compared with that of permutations. */
typedef struct rondo_main_effect {
    int32_t bins;
    double share;      /* of the variance of the figures, 0 where chance gives more */
    double low, high;  /* its 95 % interval */
    double rank_share; /* of that of their ranks: one trial that went astray does not decide it */
    double p; /* of rank_share, by RONDO_EFFECT_SAMPLES random permutations: (b + 1)/(m + 1) */
} rondo_main_effect;

enum { RONDO_EFFECT_SAMPLES = 9999, RONDO_EFFECT_MOST_BINS = 10, RONDO_EFFECT_FEWEST = 8 };

/* `settings`: a number a trial; or, with `categories`, which of 0 .. categories - 1 (each a bin of
 * its own; at most RONDO_EFFECT_MOST_BINS). NaN shares and p where there are fewer than
 * RONDO_EFFECT_FEWEST trials, one bin, or all figures alike. The same trials and seed give the same
 * p. RONDO_FAILED without memory. */
rondo_status rondo_trials_main_effect(const double *settings, const double *figures, int64_t count,
                                      int32_t categories, uint64_t seed, rondo_main_effect *effect,
                                      rondo_error *error);

#endif
