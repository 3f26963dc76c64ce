/* How much of a random search's variance one parameter explains by itself. [any]
 *
 * The first-order terms of the functional ANOVA (Hoeffding 1948; Sobol 1993): of trials whose
 * parameters were drawn independently, parameter j explains Var(E[y | x_j]) / Var(y). What the
 * shares leave of 1 is interactions and what differs between runs of the same parameters; the two
 * cannot be told apart without repeated runs. Hutter, Hoos & Leyton-Brown 2014 and Greff et al.
 * 2017 divide the variance of a random forest's prediction instead, which leaves noise out: their
 * shares are greater.
 *
 * Method. E[y | x] is a continuous piecewise linear function of x, as it was drawn (pass the
 * logarithm of what was drawn log-uniform), its knots at quantiles of the trials so that pieces
 * hold equally many; of a parameter of choices it is a mean each. The number of pieces, none (no
 * effect) to 8 and at least 8 trials each, is the one with the smallest error of leaving one out
 * (PRESS, Allen 1974). The share is 1 - (RSS / (n - p)) / (TSS / (n - 1)), at least 0. The interval
 * is share -+ t times the error of a jackknife over 20 groups of trials (or as many as there are
 * trials), the number of pieces fixed, within [0, 1].
 *
 * Judged on functions with known shares (tests/statistics/test_effect_curve.c). Of 40, 100 and 400
 * trials the mean error is below 0.04, 0.02 and 0.01 for smooth ones, a single share scatters by
 * 0.1 to 0.15, 0.06 to 0.09 and 0.03 to 0.045, and 90 to 100 % of the intervals hold the truth. A
 * step, as where training diverges, is smoothed: a share of 0.89 was 0.08, 0.03 and 0.02 too small.
 */
#ifndef RONDO_STATISTICS_EFFECT_CURVE_H
#define RONDO_STATISTICS_EFFECT_CURVE_H

#include <stdint.h>

#include "base/error.h"

enum { RONDO_EFFECT_CURVE_FEWEST = 8, RONDO_EFFECT_CURVE_MOST_CHOICES = 16 };

typedef struct rondo_effect_curve {
    double share;     /* of the variance of the outcome */
    double low, high; /* interval of the given confidence */
    int32_t pieces;   /* of the curve; 0: no effect was found. Of choices: choices or 0 */
} rondo_effect_curve;

/* place[i] of trial i: the parameter's value; with `choices` (2 .. RONDO_EFFECT_CURVE_MOST_CHOICES)
 * which of 0 .. choices - 1; else choices is 0. outcome[i] is finite: say what a diverged trial
 * counts as before. RONDO_USAGE: fewer than RONDO_EFFECT_CURVE_FEWEST trials, or values that are no
 * numbers or choices. RONDO_FAILED: memory is short. */
rondo_status rondo_effect_curve_fit(const double *place, const double *outcome, int64_t trials,
                                    int32_t choices, double confidence, rondo_effect_curve *curve,
                                    rondo_error *error);

#endif
