#include "statistics/items.h"

#include <math.h>

#include "base/random.h"
#include "base/sort.h"
#include "statistics/distribution.h"

double rondo_mcnemar_exact(int64_t first_only, int64_t second_only)
{
    int64_t more = first_only > second_only ? first_only : second_only;
    int64_t count = first_only + second_only;
    if (count == 0) return 1;
    double p = 2 * rondo_binomial_at_least(more, count, 0.5);
    return p < 1 ? p : 1;
}

static double draw_sample(const double *first, const double *second, const double *weights,
                          int64_t count, const rondo_random *random)
{
    double difference = 0, weight = 0;
    for (int64_t i = 0; i < count; i++) {
        int64_t at = (int64_t)(rondo_random_uniform(random, (uint64_t)i) * (double)count);
        difference += first[at] - second[at];
        weight += weights[at];
    }
    return difference / weight;
}

/* The value that a share of the sorted samples lies below, between neighbours by a straight line.
 */
static double quantile(const double *sorted, double share)
{
    double place = share * (RONDO_BOOTSTRAP_SAMPLES - 1);
    int64_t below = (int64_t)place;
    double rest = place - (double)below;
    if (below + 1 >= RONDO_BOOTSTRAP_SAMPLES) return sorted[RONDO_BOOTSTRAP_SAMPLES - 1];
    return sorted[below] + rest * (sorted[below + 1] - sorted[below]);
}

/* A sixth of the skewness of the differences without one sequence each (Efron 1987, equation 6.6).
 */
static double acceleration(const double *first, const double *second, const double *weights,
                           int64_t count, double weight, double difference)
{
    double mean = 0, squares = 0, cubes = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int64_t i = 0; i < count; i++) {
            double left_out = first[i] - second[i];
            double without = (difference * weight - left_out) / (weight - weights[i]);
            double away = mean - without;
            if (pass == 0) {
                mean += without / (double)count;
            } else {
                squares += away * away;
                cubes += away * away * away;
            }
        }
    return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0;
}

/* Ends at other shares of the samples: by how many lie below the difference, and by the skewness.
 */
static void fill_bca(const double *sorted, double acceleration, rondo_paired_bootstrap *result)
{
    double less = 0;
    for (int64_t i = 0; i < RONDO_BOOTSTRAP_SAMPLES; i++)
        less += sorted[i] < result->difference ? 1 : sorted[i] == result->difference ? 0.5 : 0;
    less = fmin(fmax(less, 1), RONDO_BOOTSTRAP_SAMPLES - 1);
    double bias = rondo_normal_quantile(less / RONDO_BOOTSTRAP_SAMPLES);
    double end = rondo_normal_quantile(0.975), low = bias - end, high = bias + end;
    low = rondo_normal_cdf(bias + low / (1 - acceleration * low));
    high = rondo_normal_cdf(bias + high / (1 - acceleration * high));
    result->bca_low = quantile(sorted, low);
    result->bca_high = quantile(sorted, high);
}

rondo_paired_bootstrap rondo_bootstrap_pairs(const double *first, const double *second,
                                             const double *weights, int64_t count, uint64_t seed,
                                             double *samples)
{
    rondo_paired_bootstrap result = {0};
    double weight = 0;
    int64_t below = 0, above = 0;
    for (int64_t i = 0; i < count; i++) {
        result.difference += first[i] - second[i];
        weight += weights[i];
    }
    result.difference /= weight;
    for (int64_t s = 0; s < RONDO_BOOTSTRAP_SAMPLES; s++) {
        const rondo_random random = {.seed = seed,
                                     .purpose = RONDO_FOR_RESAMPLING,
                                     .step = (UINT64_C(3) << 32) + (uint64_t)s};
        samples[s] = draw_sample(first, second, weights, count, &random);
        below += samples[s] <= 0;
        above += samples[s] >= 0;
    }
    rondo_sort_numbers(samples, RONDO_BOOTSTRAP_SAMPLES);
    result.low = quantile(samples, 0.025);
    result.high = quantile(samples, 0.975);
    fill_bca(samples, acceleration(first, second, weights, count, weight, result.difference),
             &result);
    result.p = 2 * (double)((below < above ? below : above) + 1) / (RONDO_BOOTSTRAP_SAMPLES + 1);
    if (result.p > 1) result.p = 1;
    return result;
}
