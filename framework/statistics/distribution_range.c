/* The studentized range: P(range of `groups` normal values > w), by the place of the greatest,
 *     groups * integral of phi(z) (Phi(z)^m - (Phi(z) - Phi(z - w))^m) dz,  m = groups - 1,
 * and its mean over w = q s, s the root of chi^2 / df (Copenhaver & Holland 1988, "Computation of
 * the distribution of the maximum studentized range statistic", equations 2.1 and 2.2, as the
 * complement, so that small probabilities keep their digits). */
#include "statistics/distribution.h"

#include <math.h>
#include <stddef.h>

#include "statistics/special.h"

typedef struct range {
    double w, q, df, constant;
    int32_t groups;
} range;

static double integrand(double z, const void *context)
{
    const range *r = context;
    double upper = rondo_normal_cdf(z), lower = rondo_normal_cdf(z - r->w);
    double m = r->groups - 1, share = fmin(lower / upper, 1);
    return exp(-0.5 * z * z) * pow(upper, m) * -expm1(m * log1p(-share));
}

static double range_tail(double w, int32_t groups)
{
    if (!(w > 0)) return 1;
    range r = {.w = w, .groups = groups};
    double high = 9 + fmin(w, 40);
    double sum = rondo_integrate(integrand, &r, -9, high, (int)ceil((high + 9) * 0.75));
    return fmin(1, groups * 0.39894228040143267794 * sum);
}

static double root_integrand(double s, const void *context)
{
    const range *r = context;
    double log_density =
        r->constant + (r->df == 1 ? 0 : (r->df - 1) * log(s)) - 0.5 * r->df * (s - 1) * (s + 1);
    return exp(log_density) * range_tail(r->q * s, r->groups);
}

double rondo_studentized_range_sf(double q, int32_t groups, double df)
{
    if (isnan(q) || groups < 2 || groups > 100 || !(df >= 1) || df != floor(df)) return NAN;
    if (q <= 0 || isinf(q)) return q <= 0;
    if (isinf(df)) return range_tail(q, groups);
    range r = {.q = q, .df = df, .groups = groups};
    r.constant = log(2) + 0.5 * log(df / (4 * M_PI)) - rondo_stirling_error(df / 2);
    double width = 16 / sqrt(2 * df), low = fmax(0, 1 - width);
    /* Panels as narrow as the root's deviation and as the range's fall. */
    double panels = (1 + width - low) * fmax(sqrt(2 * df), q) / 3;
    return fmin(1, rondo_integrate(root_integrand, &r, low, 1 + width,
                                   (int)fmin(fmax(ceil(panels), 6), 400)));
}

double rondo_studentized_range_cdf(double q, int32_t groups, double df)
{
    return 1 - rondo_studentized_range_sf(q, groups, df);
}

double rondo_studentized_range_quantile(double p, int32_t groups, double df)
{
    if (!(p > 0 && p < 1) || groups < 2 || groups > 100 || !(df >= 1) || df != floor(df))
        return NAN;
    double low = 0, high = 1, tail = 1 - p;
    while (rondo_studentized_range_sf(high, groups, df) > tail) {
        low = high;
        high *= 2;
    }
    /* Regula falsi on the logarithm, with the Illinois weights, and halving as a limit. */
    double at_low = log(rondo_studentized_range_sf(low, groups, df) / tail);
    double at_high = log(rondo_studentized_range_sf(high, groups, df) / tail);
    double q = high;
    for (int i = 0, side = 0; i < 200 && high - low > 1e-14 * high; i++) {
        q = (low * at_high - high * at_low) / (at_high - at_low);
        double at = log(rondo_studentized_range_sf(q, groups, df) / tail);
        if (fabs(at) < 1e-15) break;
        if (at > 0) {
            low = q;
            at_low = at;
            at_high *= side == 1 ? 0.5 : 1;
            side = 1;
        } else {
            high = q;
            at_high = at;
            at_low *= side == -1 ? 0.5 : 1;
            side = -1;
        }
    }
    return q;
}
