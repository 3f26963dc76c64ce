#include "statistics/power.h"

#include <math.h>

#include "statistics/distribution.h"

/* P(|T| > critical). */
static double outside(double critical, double df, double noncentrality)
{
    return rondo_noncentral_t_sf(critical, df, noncentrality) +
           rondo_noncentral_t_cdf(-critical, df, noncentrality);
}

double rondo_paired_t_power(int64_t count, double d_z, double alpha)
{
    if (count < 2) return 0;
    if (isinf(d_z)) return 1;
    double df = (double)(count - 1);
    double critical = rondo_t_quantile_upper(alpha / 2, df);
    return outside(critical, df, fabs(d_z) * sqrt((double)count));
}

int64_t rondo_paired_t_seeds(double d_z, double alpha, double power)
{
    int64_t too_few = 1, enough = RONDO_SEEDS_MOST + 1;
    if (isnan(d_z) || d_z == 0) return enough;
    while (enough - too_few > 1) { /* power rises with the count */
        int64_t middle = too_few + (enough - too_few) / 2;
        if (middle > 4 * too_few + 4)
            middle = 4 * too_few + 4; /* small counts are cheap, and the usual answer */
        if (rondo_paired_t_power(middle, d_z, alpha) >= power)
            enough = middle;
        else
            too_few = middle;
    }
    return enough;
}

/* P(|T| < t) / P(|T| < critical). */
static double share_below(double t, double critical, double df, double noncentrality)
{
    double below = rondo_noncentral_t_cdf(t, df, noncentrality) -
                   rondo_noncentral_t_cdf(-t, df, noncentrality);
    double not_significant = rondo_noncentral_t_cdf(critical, df, noncentrality) -
                             rondo_noncentral_t_cdf(-critical, df, noncentrality);
    return below / not_significant;
}

double rondo_effect_not_significant(double t, int64_t count, double alpha)
{
    if (count < 2 || isnan(t)) return NAN;
    double df = (double)(count - 1), critical = rondo_t_quantile_upper(alpha / 2, df);
    double size = fmin(fabs(t), critical * (1 - 1e-6));
    if (share_below(size, critical, df, 0) <= 0.5) return 0;
    double low = 0, high = 10 * critical; /* beyond that nearly all are significant */
    if (share_below(size, critical, df, high) > 0.5) return high / sqrt((double)count);
    while (high - low > 1e-4 * high) { /* the share falls as the effect rises */
        double middle = 0.5 * (low + high);
        if (share_below(size, critical, df, middle) > 0.5)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high) / sqrt((double)count);
}
