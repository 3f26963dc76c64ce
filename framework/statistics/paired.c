#include "statistics/paired.h"

#include <math.h>
#include <stddef.h>

#include "statistics/distribution.h"

/* Mean and deviation of values, or of values - others where `others` is given; two passes. */
static rondo_t_interval interval_of(const double *values, const double *others, int64_t count,
                                    double confidence)
{
    rondo_t_interval result = {
        .count = count, .deviation = NAN, .low = NAN, .high = NAN, .mean = NAN};
    double sum = 0, squares = 0, rest = 0;
    for (int64_t i = 0; i < count; i++)
        sum += values[i] - (others ? others[i] : 0);
    if (count < 1) return result;
    result.mean = sum / (double)count;
    for (int64_t i = 0; i < count; i++) {
        double away = values[i] - (others ? others[i] : 0) - result.mean;
        squares += away * away;
        rest += away;
    }
    if (count < 2) return result;
    result.mean += rest / (double)count;
    squares = fmax(0, squares - rest * rest / (double)count);
    result.deviation = sqrt(squares / (double)(count - 1));
    double t = rondo_t_quantile_upper((1 - confidence) / 2, (double)(count - 1));
    double half = t * result.deviation / sqrt((double)count);
    result.low = result.mean - half;
    result.high = result.mean + half;
    return result;
}

rondo_t_interval rondo_t_interval_of(const double *values, int64_t count, double confidence)
{
    return interval_of(values, NULL, count, confidence);
}

double rondo_hedges_correction(int64_t df)
{
    return df < 2 ? 0 : 1 - 3 / (4 * (double)df - 1);
}

/* mean / error, where no spread at all is certainty unless the mean is the tested value itself. */
static double ratio(double mean, double spread)
{
    if (spread > 0 || isnan(spread)) return mean / spread;
    return mean == 0 ? 0 : copysign(INFINITY, mean);
}

static double better_smaller(const double *a, const double *b, int64_t count)
{
    int64_t twice = 0;
    for (int64_t i = 0; i < count; i++)
        twice += a[i] < b[i] ? 2 : a[i] == b[i];
    return (double)twice / (2 * (double)count);
}

rondo_paired_t rondo_paired_t_test(const double *a, const double *b, int64_t count,
                                   double confidence)
{
    rondo_paired_t result = {.difference = interval_of(a, b, count, confidence),
                             .t = NAN,
                             .p = 1,
                             .d_z = NAN,
                             .g_z = NAN,
                             .better_smaller = NAN};
    if (count >= 1) result.better_smaller = better_smaller(a, b, count);
    if (count < 2) return result;
    result.d_z = ratio(result.difference.mean, result.difference.deviation);
    result.t = result.d_z * sqrt((double)count);
    result.p = rondo_t_two_sided(result.t, (double)(count - 1));
    double correction = rondo_hedges_correction(count - 1);
    result.g_z = correction > 0 ? result.d_z * correction : NAN;
    return result;
}

rondo_equivalence rondo_equivalence_test(const double *a, const double *b, int64_t count,
                                         double margin)
{
    rondo_t_interval difference = interval_of(a, b, count, 0.95);
    rondo_equivalence result = {1, 1, 1};
    if (count < 2 || !(margin > 0)) return result;
    double error = difference.deviation / sqrt((double)count), df = (double)(count - 1);
    result.p_low = rondo_t_sf(ratio(difference.mean + margin, error), df);
    result.p_high = rondo_t_sf(ratio(margin - difference.mean, error), df);
    result.p = fmax(result.p_low, result.p_high);
    return result;
}

void rondo_holm(const double *p, int64_t count, double *adjusted)
{
    int64_t family = 0;
    for (int64_t i = 0; i < count; i++) {
        family += !isnan(p[i]);
        adjusted[i] = NAN;
    }
    /* In order of p (ties by place), the running maximum of (family - rank) * p. */
    double last = -1, running = 0;
    int64_t last_place = -1;
    for (int64_t done = 0; done < family; done++) {
        int64_t next = -1;
        for (int64_t i = 0; i < count; i++) {
            bool later = p[i] > last || (p[i] == last && i > last_place);
            if (later && (next < 0 || p[i] < p[next])) next = i;
        }
        last = p[next];
        last_place = next;
        running = fmin(1, fmax(running, (double)(family - done) * last));
        adjusted[next] = running;
    }
}
