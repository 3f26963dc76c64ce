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

/* How much of the figures' variance goes with one setting, alone: trials are put in bins by it, and
 * the variance between the bins' means counts, less what chance gives (Kelley 1935:
 * 1 - (1 - R^2)(n - 1)/(n - bins)). Numbers: bins of as many trials each, by rank, so that no scale
 * has to be chosen; as many bins as the root of the number of trials, 2 to 10. A simpler method
 * than functional ANOVA over a forest (Hutter et al. 2014), without interactions. */
typedef struct rondo_main_effect {
    int32_t bins;
    double share;      /* of the variance of the figures, 0 where chance gives more */
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
