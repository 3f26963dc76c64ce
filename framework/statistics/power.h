/* How many seeds a paired comparison needs. All functions are [any]. */
#ifndef RONDO_STATISTICS_POWER_H
#define RONDO_STATISTICS_POWER_H

#include <stdint.h>

/* More than this is not said: an effect so small is not what a sweep is for. */
enum { RONDO_SEEDS_MOST = 1000 };

/* Power of the two-sided paired t test with `count` pairs at true effect d_z, by the noncentral t
 * distribution (Cohen 1988, chapter 2). 0 below two pairs. */
double rondo_paired_t_power(int64_t count, double d_z, double alpha);

/* The fewest pairs with which that power is reached; RONDO_SEEDS_MOST + 1 where that many are too
 * few, or d_z is 0 or NaN. */
int64_t rondo_paired_t_seeds(double d_z, double alpha, double power);

/* A true |d_z| for a comparison that was not significant. The observed d_z of such comparisons is
 * too small, since the large ones were significant and are not among them; so this is the effect of
 * which half of all not significant comparisons would show an |t| less than the one seen, and half
 * a greater one (median-unbiased under truncation): the root of P(|T| < |t|) / P(|T| < critical) =
 * 1/2,  T noncentral t with d_z sqrt(count). 0 where even without any effect most are greater. */
double rondo_effect_not_significant(double t, int64_t count, double alpha);

#endif
