/* The noncentral t distribution: P(T <= t) is the mean of Phi(t s - noncentrality) over the root s
 * of chi^2 / df (Owen 1968, "A survey of properties and applications of the noncentral
 * t-distribution"). The integrand's logarithm is concave: it has one peak, and is integrated from
 * where it is 1e-20 of that to where it is so again. */
#include "statistics/distribution.h"

#include <math.h>
#include <stdbool.h>

#include "statistics/special.h"

typedef struct noncentral {
    double t, df, noncentrality; /* of the tail P(T <= t) */
    double constant;             /* of the root's density */
} noncentral;

/* ln Phi(z). Below -37 Phi is too small for a double; there by its asymptotic series. */
static double log_phi(double z)
{
    if (z > -30) return log(rondo_normal_cdf(z));
    double s = 1 / (z * z);
    return -0.5 * z * z - log(-z) - 0.91893853320467274178 +
           log1p(-s * (1 - 3 * s * (1 - 5 * s * (1 - 7 * s))));
}

static double log_integrand(double s, const noncentral *n)
{
    double square = n->df == 1 ? 0 : (n->df - 1) * log(s);
    return n->constant + square - 0.5 * n->df * (s - 1) * (s + 1) +
           log_phi(n->t * s - n->noncentrality);
}

static double integrand(double s, const void *context)
{
    return exp(log_integrand(s, context));
}

/* The peak by golden section between 0 and where the density of the root has long fallen. */
static double find_peak(const noncentral *n, double last)
{
    const double golden = 0.61803398874989484820;
    double low = 0, high = last;
    double left = high - golden * (high - low), right = low + golden * (high - low);
    double at_left = log_integrand(left, n), at_right = log_integrand(right, n);
    for (int i = 0; i < 200 && high - low > 0.02 * high; i++) {
        if (at_left < at_right) {
            low = left;
            left = right;
            at_left = at_right;
            right = low + golden * (high - low);
            at_right = log_integrand(right, n);
        } else {
            high = right;
            right = left;
            at_right = at_left;
            left = high - golden * (high - low);
            at_left = log_integrand(left, n);
        }
    }
    return 0.5 * (low + high);
}

/* Between the peak and `end`, where the integrand is about e^-46 of the peak's; `end` if nowhere.
 */
static double find_end(const noncentral *n, double peak, double end)
{
    const double drop = 46;
    double top = log_integrand(peak, n), inner = peak, outer = end;
    if (end > 0 && log_integrand(end, n) > top - drop) return end;
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (inner + outer), fall = top - log_integrand(middle, n);
        if (fall > drop)
            outer = middle;
        else
            inner = middle;
        if (fabs(fall - drop) < 4) break;
    }
    return outer;
}

static double lower_tail(double t, double df, double noncentrality)
{
    noncentral n = {.t = t, .df = df, .noncentrality = noncentrality};
    n.constant = log(2) + 0.5 * log(df / (4 * M_PI)) - rondo_stirling_error(df / 2);
    double last = 1 + 40 / sqrt(2 * df);
    double peak = find_peak(&n, last);
    double low = find_end(&n, peak, 0), high = find_end(&n, peak, last);
    /* A panel is at most three deviations of the root, or of the step of Phi, wide. */
    double panels = (high - low) * fmax(sqrt(2 * df), fabs(t)) / 3;
    return rondo_integrate(integrand, &n, low, high, (int)fmin(fmax(ceil(panels), 6), 20000));
}

/* P(T > t) is P(-T < -t), and -T has the negative noncentrality. */
static double tail(double t, double df, double noncentrality, bool upper)
{
    if (isnan(t) || isnan(noncentrality) || !(df >= 1) || df != floor(df)) return NAN;
    if (isinf(df))
        return upper ? rondo_normal_sf(t - noncentrality) : rondo_normal_cdf(t - noncentrality);
    if (isinf(t)) return (t > 0) != upper;
    /* The lower of the two tails, or about that, is integrated: the median is near there. */
    bool lower_is_less = t < noncentrality;
    double part =
        lower_is_less ? lower_tail(t, df, noncentrality) : lower_tail(-t, df, -noncentrality);
    return lower_is_less == !upper ? part : 1 - part;
}

double rondo_noncentral_t_cdf(double t, double df, double noncentrality)
{
    return tail(t, df, noncentrality, false);
}

double rondo_noncentral_t_sf(double t, double df, double noncentrality)
{
    return tail(t, df, noncentrality, true);
}
