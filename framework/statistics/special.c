#include "statistics/special.h"

#include <math.h>

static const double half_log_two_pi = 0.91893853320467274178;

/* Stirling's series (DLMF 5.11.1), good to 1e-17 from z = 12 on. */
static double stirling_series(double z)
{
    static const double coefficient[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                         1.0 / 1188, -691.0 / 360360, 1.0 / 156};
    double square = 1 / (z * z), sum = 0;
    for (int i = 6; i >= 0; i--)
        sum = sum * square + coefficient[i];
    return sum / z;
}

double rondo_log_gamma(double z)
{
    double product = 1;
    while (z < 12)
        product *= z++;
    return (z - 0.5) * log(z) - z + half_log_two_pi + stirling_series(z) - log(product);
}

double rondo_stirling_error(double z)
{
    if (z >= 12) return stirling_series(z);
    return rondo_log_gamma(z) - ((z - 0.5) * log(z) - z + half_log_two_pi);
}

double rondo_log1p_minus(double d)
{
    if (fabs(d) > 0.25) return log1p(d) - d;
    /* ln((1 + r) / (1 - r)) = 2 (r + r^3/3 + ..) with r = d / (2 + d), and 2 r - d = -d r. */
    double r = d / (2 + d), square = r * r, sum = 0;
    for (int i = 31; i >= 3; i -= 2)
        sum = sum * square + 1.0 / i;
    return r * (2 * square * sum - d);
}

/* ln(ratio) - d, where d is ratio - 1; ratio may be far below the spacing of numbers near -1. */
static double log_minus(double ratio, double d)
{
    return fabs(d) > 0.25 ? log(ratio) - d : rondo_log1p_minus(d);
}

/* x^a y^b / B(a, b) around the peak x = a / (a + b), where large exponents cancel: the form of
 * Loader (2000), "Fast and accurate computation of binomial probabilities". */
static double beta_front(double a, double b, double x, double y)
{
    double n = a + b, p = a / n, q = b / n, away = (x * b - y * a) / n;
    double exponent = a * log_minus(x / p, away / p) + b * log_minus(y / q, -away / q);
    exponent += rondo_stirling_error(n) - rondo_stirling_error(a) - rondo_stirling_error(b);
    return sqrt(a * q) * exp(exponent - half_log_two_pi);
}

/* The continued fraction of DLMF 8.17.22 by Lentz's method; x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double c = 1, h = d;
    for (int m = 1; m < 100000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + even * d;
        c = 1 + even / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        h *= d * c;
        d = 1 + odd * d;
        c = 1 + odd / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        h *= d * c;
        if (fabs(d * c - 1) < 1e-16) break;
    }
    return h;
}

double rondo_incomplete_beta(double a, double b, double x, double y)
{
    if (!(x > 0)) return x <= 0 ? 0 : NAN;
    if (!(y > 0)) return 1;
    if (x * (a + b + 2) < a + 1) return beta_front(a, b, x, y) * beta_fraction(a, b, x) / a;
    return 1 - beta_front(b, a, y, x) * beta_fraction(b, a, y) / b;
}

/* x^a e^-x / Gamma(a), in the same form. */
static double gamma_front(double a, double x)
{
    double exponent = a * log_minus(x / a, (x - a) / a) - rondo_stirling_error(a);
    return sqrt(a) * exp(exponent - half_log_two_pi);
}

static double gamma_series(double a, double x) /* DLMF 8.7.1: all terms positive */
{
    double term = 1 / a, sum = term;
    for (int n = 1; n < 1000000 && term > sum * 1e-17; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return sum;
}

static double gamma_fraction(double a, double x) /* DLMF 8.9.2 by Lentz's method */
{
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
    for (int n = 1; n < 1000000; n++) {
        double numerator = -n * (n - a);
        b += 2;
        d = 1 / (numerator * d + b);
        c = b + numerator / c;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-16) break;
    }
    return h;
}

double rondo_incomplete_gamma(double a, double x)
{
    if (!(x > 0)) return x <= 0 ? 0 : NAN;
    if (x < a + 1) return gamma_front(a, x) * gamma_series(a, x);
    return isinf(x) ? 1 : 1 - gamma_front(a, x) * gamma_fraction(a, x);
}

double rondo_incomplete_gamma_upper(double a, double x)
{
    if (!(x > 0)) return x <= 0 ? 1 : NAN;
    if (x < a + 1) return 1 - gamma_front(a, x) * gamma_series(a, x);
    return isinf(x) ? 0 : gamma_front(a, x) * gamma_fraction(a, x);
}

const double rondo_gauss_node[RONDO_GAUSS_PAIRS] = {
    0.0950125098376374, 0.2816035507792589, 0.4580167776572273, 0.6178762444026437,
    0.7554044083550030, 0.8656312023878317, 0.9445750230732325, 0.9894009349916499};
const double rondo_gauss_weight[RONDO_GAUSS_PAIRS] = {
    0.18945061045506849, 0.18260341504492358, 0.16915651939500253, 0.14959598881657673,
    0.12462897125553387, 0.09515851168249278, 0.06225352393864789, 0.02715245941175409};

double rondo_integrate(double (*f)(double x, const void *context), const void *context, double low,
                       double high, int panels)
{
    double half = (high - low) / (2 * panels), sum = 0;
    for (int panel = 0; panel < panels; panel++) {
        double middle = low + (2 * panel + 1) * half, inside = 0;
        for (int i = 0; i < RONDO_GAUSS_PAIRS; i++) {
            double away = half * rondo_gauss_node[i];
            inside +=
                rondo_gauss_weight[i] * (f(middle - away, context) + f(middle + away, context));
        }
        sum += inside;
    }
    return sum * half;
}
