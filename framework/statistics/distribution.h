/* Distributions: probabilities and quantiles. All functions are [any]: plain numbers in and out,
 * nothing kept, nothing allocated, no errno. An argument outside its domain gives NaN.
 *
 * `_cdf` is P(X <= x), `_sf` is P(X > x). Each is computed without subtracting from one where it is
 * the smaller of the two, so that a probability of 1e-30 has as many digits as one of 0.3. Relative
 * error below 1e-10 (tests/statistics/test_distribution.c) against SciPy and mpmath.
 *
 * Sources are formulas of papers and of the Digital Library of Mathematical Functions (DLMF), named
 * at each function.
 */
#ifndef RONDO_STATISTICS_DISTRIBUTION_H
#define RONDO_STATISTICS_DISTRIBUTION_H

#include <stdint.h>

double rondo_normal_cdf(double x); /* DLMF 7.1.22 */
double rondo_normal_sf(double x);
double rondo_normal_quantile(double p); /* the x with P(X <= x) = p, 0 < p < 1 */

/* Student (1908). df > 0, not necessarily whole; infinite: the normal distribution. */
double rondo_t_cdf(double t, double df);
double rondo_t_sf(double t, double df);
double rondo_t_two_sided(double t, double df); /* P(|T| >= |t|) */
double rondo_t_quantile(double p, double df);
/* The t with P(T > t) = p: keeps the digits of a small p. */
double rondo_t_quantile_upper(double p, double df);

double rondo_f_sf(double f, double df1, double df2); /* Fisher's F, f >= 0 */
double rondo_chi_square_sf(double x, double df);     /* x >= 0, df > 0 */
double rondo_beta_cdf(double x, double a, double b); /* DLMF 8.17 */
double rondo_gamma_cdf(double x, double shape);      /* unit scale; DLMF 8.2 */
double rondo_gamma_sf(double x, double shape);

/* P(X >= k) of `count` independent trials that succeed with probability p. */
double rondo_binomial_at_least(int64_t k, int64_t count, double p);

/* Noncentral t: (Z + noncentrality) / sqrt(chi^2_df / df), by integration over the density of the
 * root (Owen 1968), whose logarithm is concave. df is whole, >= 1, or INFINITY; any noncentrality.
 */
double rondo_noncentral_t_cdf(double t, double df, double noncentrality);
double rondo_noncentral_t_sf(double t, double df, double noncentrality);

/* Studentized range of `groups` means, 2 <= groups <= 100 (Tukey; the integrals of Copenhaver &
 * Holland 1988). df is whole, >= 1, or INFINITY. */
double rondo_studentized_range_cdf(double q, int32_t groups, double df);
double rondo_studentized_range_sf(double q, int32_t groups, double df);
double rondo_studentized_range_quantile(double p, int32_t groups, double df);

#endif
