#include "statistics/distribution.h"

#include <math.h>

#include "statistics/special.h"

double rondo_normal_sf(double x)
{
    return 0.5 * erfc(x * M_SQRT1_2);
}

double rondo_normal_cdf(double x)
{
    return rondo_normal_sf(-x);
}

/* P(T > t) of t >= 0. */
static double t_tail(double t, double df)
{
    if (isinf(df)) return rondo_normal_sf(t);
    if (isinf(t)) return 0;
    /* df / (df + t^2) and its complement without overflow of t^2. */
    double ratio = t / sqrt(df), square = ratio * ratio;
    double x = isinf(square) ? 1 / ratio / ratio : 1 / (1 + square);
    double y = isinf(square) ? 1 : square / (1 + square);
    return 0.5 * rondo_incomplete_beta(df / 2, 0.5, x, y);
}

double rondo_t_sf(double t, double df)
{
    if (!(df > 0) || isnan(t)) return NAN;
    return t >= 0 ? t_tail(t, df) : 1 - t_tail(-t, df);
}

double rondo_t_cdf(double t, double df)
{
    return rondo_t_sf(-t, df);
}

double rondo_t_two_sided(double t, double df)
{
    return !(df > 0) || isnan(t) ? NAN : 2 * t_tail(fabs(t), df);
}

double rondo_f_sf(double f, double df1, double df2)
{
    if (!(f >= 0) || !(df1 > 0) || !(df2 > 0)) return NAN;
    if (isinf(f)) return 0;
    double sum = df2 + df1 * f;
    return rondo_incomplete_beta(df2 / 2, df1 / 2, df2 / sum, df1 * f / sum);
}

double rondo_chi_square_sf(double x, double df)
{
    return !(x >= 0) || !(df > 0) ? NAN : rondo_incomplete_gamma_upper(df / 2, x / 2);
}

double rondo_beta_cdf(double x, double a, double b)
{
    return !(a > 0) || !(b > 0) ? NAN : rondo_incomplete_beta(a, b, x, 1 - x);
}

double rondo_gamma_cdf(double x, double shape)
{
    return !(shape > 0) ? NAN : rondo_incomplete_gamma(shape, x);
}

double rondo_gamma_sf(double x, double shape)
{
    return !(shape > 0) ? NAN : rondo_incomplete_gamma_upper(shape, x);
}

double rondo_binomial_at_least(int64_t k, int64_t count, double p)
{
    if (count < 0 || !(p >= 0 && p <= 1)) return NAN;
    if (k <= 0) return 1;
    if (k > count) return 0;
    return rondo_incomplete_beta((double)k, (double)(count - k) + 1, p, 1 - p);
}
