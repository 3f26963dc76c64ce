/* Gamma and beta functions for the distributions. Nothing here allocates or keeps anything. [any]
 *
 * Relative error: below 1e-12 for parameters up to 1e4, also where the result is 1e-300; it grows
 * with the root of the parameters beyond.
 */
#ifndef RONDO_STATISTICS_SPECIAL_H
#define RONDO_STATISTICS_SPECIAL_H

/* ln Gamma(z) - ((z - 1/2) ln z - z + ln(2 pi) / 2), z > 0: what Stirling's formula lacks. */
double rondo_stirling_error(double z);

double rondo_log_gamma(double z); /* z > 0 */

/* ln(1 + d) - d, d > -1, without cancellation near 0. */
double rondo_log1p_minus(double d);

/* I_x(a, b), the regularised incomplete beta function, a, b > 0. `y` is 1 - x, which the caller
 * knows to full relative accuracy. */
double rondo_incomplete_beta(double a, double b, double x, double y);

/* Regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P, a > 0, x >= 0. */
double rondo_incomplete_gamma(double a, double x);
double rondo_incomplete_gamma_upper(double a, double x);

/* Gauss-Legendre nodes in (0, 1) of the half interval and their weights; the other half mirrors
 * them: an integral over [m - h, m + h] is h * sum w_i (f(m - h x_i) + f(m + h x_i)). */
enum { RONDO_GAUSS_PAIRS = 8 };
extern const double rondo_gauss_node[RONDO_GAUSS_PAIRS];
extern const double rondo_gauss_weight[RONDO_GAUSS_PAIRS];

/* Integral of f over [low, high] in `panels` panels of 16 points each. */
double rondo_integrate(double (*f)(double x, const void *context), const void *context, double low,
                       double high, int panels);

#endif
