#include "statistics/unpaired.h"

#include <math.h>

#include "statistics/distribution.h"
#include "statistics/paired.h"

rondo_welch rondo_welch_test(const double *a, int64_t a_count, const double *b, int64_t b_count,
                             double confidence)
{
    rondo_t_interval first = rondo_t_interval_of(a, a_count, confidence);
    rondo_t_interval second = rondo_t_interval_of(b, b_count, confidence);
    rondo_welch result = {.difference = first.mean - second.mean,
                          .low = NAN,
                          .high = NAN,
                          .t = NAN,
                          .df = NAN,
                          .p = 1};
    if (a_count < 2 || b_count < 2) return result;
    double x = first.deviation * first.deviation / (double)a_count;
    double y = second.deviation * second.deviation / (double)b_count;
    double error = sqrt(x + y);
    if (!(error > 0)) { /* no spread at all: the difference is certain */
        result.low = result.high = result.difference;
        result.df = (double)(a_count + b_count - 2);
        result.t = result.difference == 0 ? 0 : copysign(INFINITY, result.difference);
        result.p = result.difference == 0;
        return result;
    }
    double share = x / (x + y);
    result.df = 1 / (share * share / (double)(a_count - 1) +
                     (1 - share) * (1 - share) / (double)(b_count - 1));
    result.t = result.difference / error;
    result.p = rondo_t_two_sided(result.t, result.df);
    double half = rondo_t_quantile_upper((1 - confidence) / 2, result.df) * error;
    result.low = result.difference - half;
    result.high = result.difference + half;
    return result;
}

/* P(U >= u) of samples of n and m: the coefficients of the Gaussian binomial, the product over i of
 * (1 - x^(m + i)) / (1 - x^i), count the orders that give each U. */
static double exact_tail(int64_t u, int64_t n, int64_t m)
{
    enum { MOST = RONDO_MANN_WHITNEY_EXACT * RONDO_MANN_WHITNEY_EXACT };
    int64_t orders[MOST + 1] = {1}, all = 0, found = 0, degree = n * m;
    for (int64_t i = 1; i <= n; i++) {
        for (int64_t k = degree; k >= m + i; k--)
            orders[k] -= orders[k - m - i];
        for (int64_t k = i; k <= degree; k++)
            orders[k] += orders[k - i];
    }
    for (int64_t k = 0; k <= degree; k++) {
        all += orders[k];
        found += k >= u ? orders[k] : 0;
    }
    return (double)found / (double)all;
}

/* Sum of t^3 - t over groups of t equal values among both samples. */
static double tie_sum(const double *a, int64_t a_count, const double *b, int64_t b_count)
{
    double sum = 0; /* each of a group's t values adds t^2 - 1 */
    for (int64_t i = 0; i < a_count + b_count; i++) {
        double value = i < a_count ? a[i] : b[i - a_count], equal = 0;
        for (int64_t k = 0; k < a_count + b_count; k++)
            equal += (k < a_count ? a[k] : b[k - a_count]) == value;
        sum += equal * equal - 1;
    }
    return sum;
}

rondo_mann_whitney rondo_mann_whitney_test(const double *a, int64_t a_count, const double *b,
                                           int64_t b_count)
{
    rondo_mann_whitney result = {.u = 0, .greater = NAN, .p = 1};
    if (a_count < 1 || b_count < 1) return result;
    int64_t twice = 0;
    for (int64_t i = 0; i < a_count; i++)
        for (int64_t k = 0; k < b_count; k++)
            twice += a[i] > b[k] ? 2 : a[i] == b[k];
    double n = (double)a_count, m = (double)b_count;
    result.u = 0.5 * (double)twice;
    result.greater = result.u / (n * m);
    double ties = tie_sum(a, a_count, b, b_count), greater = fmax(result.u, n * m - result.u);
    result.exact =
        ties == 0 && a_count <= RONDO_MANN_WHITNEY_EXACT && b_count <= RONDO_MANN_WHITNEY_EXACT;
    if (result.exact) {
        result.p = fmin(1, 2 * exact_tail((int64_t)greater, a_count, b_count));
        return result;
    }
    double variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
    if (variance > 0)
        result.p = fmin(1, 2 * rondo_normal_sf((greater - n * m / 2 - 0.5) / sqrt(variance)));
    return result;
}
