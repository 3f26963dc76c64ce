/* Quantiles by Newton's method on the logarithm of a tail, which is concave. */
#include "statistics/distribution.h"

#include <math.h>

#include "statistics/special.h"

/* The x >= 0 with P(X > x) = p, p <= 1/2. */
static double normal_upper(double p)
{
    /* Abramowitz & Stegun 26.2.22, within 0.003, then Newton. */
    double r = sqrt(-2 * log(p));
    double x = r - (2.30753 + 0.27061 * r) / (1 + r * (0.99229 + r * 0.04481));
    for (int i = 0; i < 20; i++) {
        double tail = rondo_normal_sf(x);
        double density = exp(-0.5 * x * x) * 0.39894228040143267794;
        double step = log(tail / p) * tail / density;
        x += step;
        if (fabs(step) <= 1e-15 * fabs(x)) break;
    }
    return fmax(x, 0);
}

double rondo_normal_quantile(double p)
{
    if (!(p > 0 && p < 1)) return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
    if (p == 0.5) return 0;
    return p < 0.5 ? -normal_upper(p) : normal_upper(1 - p);
}

static double t_density(double t, double df)
{
    double constant = rondo_stirling_error((df + 1) / 2) - rondo_stirling_error(df / 2);
    /* Gamma((df + 1) / 2) / Gamma(df / 2) by Stirling's formula and what that lacks. */
    constant += 0.5 * df * log1p(1 / df) + 0.5 * (log(df / 2) - 1);
    double square = t / df * t;
    double body = isinf(square) ? 2 * log(t) - log(df) : log1p(square);
    return exp(constant - 0.5 * log(M_PI * df) - (df + 1) / 2 * body);
}

/* The t > 0 with P(T > t) = p, p < 1/2. In u = ln t the tail's logarithm is concave and falls: from
 * a point right of the root Newton's steps come down to it, one from the left lands right of it. */
static double t_upper(double p, double df)
{
    double t = normal_upper(p);
    if (isinf(df) || t == 0) return t;
    double best = t;
    for (int i = 0; i < 200; i++) {
        double tail = rondo_t_sf(t, df);
        double slope = t_density(t, df) * t / tail; /* - d ln(tail) / d ln(t) */
        double step = log(tail / p) / slope;
        best = t * exp(fmin(fmax(step, -50), 50));
        if (fabs(best - t) <= 4e-16 * best) break;
        t = best;
    }
    return best;
}

double rondo_t_quantile_upper(double p, double df)
{
    if (!(df > 0) || !(p >= 0 && p <= 1)) return NAN;
    if (p == 0 || p == 1) return p == 0 ? INFINITY : -INFINITY;
    if (p == 0.5) return 0;
    return p < 0.5 ? t_upper(p, df) : -t_upper(1 - p, df);
}

double rondo_t_quantile(double p, double df)
{
    return -rondo_t_quantile_upper(p, df);
}
