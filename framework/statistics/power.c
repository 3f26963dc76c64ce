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
    if (isnan(d_z) || d_z == 0) return RONDO_SEEDS_MOST + 1;
    /* Near what the normal distribution asks for; power rises with the count. */
    double z = rondo_normal_quantile(1 - alpha / 2) + rondo_normal_quantile(power);
    int64_t guess = (int64_t)fmin(fmax(z * z / (d_z * d_z), 2), RONDO_SEEDS_MOST);
    int64_t too_few = 1, enough = RONDO_SEEDS_MOST + 1;
    for (int64_t step = 1; enough - too_few > 1; step *= 2) {
        if (guess <= too_few || guess >= enough) guess = too_few + (enough - too_few) / 2;
        if (rondo_paired_t_power(guess, d_z, alpha) >= power) {
            enough = guess;
            guess -= step;
        } else {
            too_few = guess;
            guess += step;
        }
    }
    return enough;
}

typedef struct not_significant {
    double t, critical, df;
} not_significant;

/* ln of 2 P(|T| < t) / P(|T| < critical). */
static double log_share(const not_significant *n, double noncentrality)
{
    double inside[2], limit[2] = {n->t, n->critical};
    for (int i = 0; i < 2; i++)
        inside[i] = noncentrality == 0
                        ? 1 - rondo_t_two_sided(limit[i], n->df)
                        : rondo_noncentral_t_cdf(limit[i], n->df, noncentrality) -
                              rondo_noncentral_t_cdf(-limit[i], n->df, noncentrality);
    return log(2 * inside[0] / inside[1]);
}

double rondo_effect_not_significant(double t, int64_t count, double alpha)
{
    if (count < 2 || isnan(t)) return NAN;
    double df = (double)(count - 1), critical = rondo_t_quantile_upper(alpha / 2, df);
    not_significant n = {fmin(fabs(t), critical * (1 - 1e-6)), critical, df};
    double low = 0, high = critical, at_low = log_share(&n, low);
    if (at_low <= 0) return 0;
    double at_high = log_share(&n, high);
    while (at_high > 0) {
        if (high > 9 * critical) /* nearly all of so great an effect are significant */
            return high / sqrt((double)count);
        low = high;
        at_low = at_high;
        high *= 1.8;
        at_high = log_share(&n, high);
    }
    double middle = high;
    /* The share falls as the effect rises: regula falsi with the Illinois weights. */
    for (int i = 0, side = 0; i < 50 && high - low > 1e-5 * high; i++) {
        middle = (low * at_high - high * at_low) / (at_high - at_low);
        double at = log_share(&n, middle);
        if (fabs(at) < 1e-6) break;
        int now = at > 0 ? 1 : -1;
        if (at > 0) {
            low = middle;
            at_low = at;
            at_high *= side == now ? 0.5 : 1;
        } else {
            high = middle;
            at_high = at;
            at_low *= side == now ? 0.5 : 1;
        }
        side = now;
    }
    return middle / sqrt((double)count);
}
