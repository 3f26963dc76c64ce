/* The band around the expected best of n trials. */
#include <math.h>

#include "base/memory.h"
#include "base/sort.h"
#include "statistics/distribution.h"
#include "statistics/trials.h"

/* weight[i] = C(i, n - 1) / C(trials, n) for the i-th smallest, from 0. */
static void set_weights(int64_t n, int64_t trials, double *weight)
{
    double w = (double)n / (double)trials;
    for (int64_t i = trials; i >= 1; i--) {
        weight[i - 1] = w;
        if (i > 1) w *= (double)(i - n > 0 ? i - n : 0) / (double)(i - 1);
    }
}

/* The jackknife's standard error. Without the j-th smallest, those below keep their place among
 * trials - 1 and those above move down by one: `below` and the rest of `above`. */
static double jackknife(const double *sorted, int64_t n, int64_t trials, double *weight)
{
    double above = 0, below = 0, mean = 0, squares = 0;
    set_weights(n, trials - 1, weight);
    for (int64_t i = 1; i < trials; i++)
        above += weight[i - 1] * sorted[i];
    for (int64_t j = 0; j < trials; j++) {
        double without = below + above, away = without - mean;
        mean += away / (double)(j + 1); /* Welford 1962 */
        squares += away * (without - mean);
        if (j + 1 < trials) {
            below += weight[j] * sorted[j];
            above -= weight[j] * sorted[j + 1];
        }
    }
    return sqrt((double)(trials - 1) / (double)trials * squares);
}

rondo_status rondo_trials_best_band(const double *figures, int64_t count, bool higher_is_better,
                                    double confidence, double *low, double *high,
                                    rondo_error *error)
{
    double *sorted = rondo_memory_create(2 * (size_t)(count + 1) * sizeof(double), "trials", error);
    if (!sorted) return RONDO_FAILED;
    double *weight = sorted + count, sign = higher_is_better ? 1 : -1;
    for (int64_t i = 0; i < count; i++)
        sorted[i] = sign * figures[i];
    rondo_sort_numbers(sorted, count);
    double t = count > 1 ? rondo_t_quantile_upper((1 - confidence) / 2, (double)(count - 1)) : NAN;
    for (int64_t n = 1; n <= count; n++) {
        low[n - 1] = high[n - 1] = NAN;
        if (3 * n > count) continue;
        double best = 0, half = t * jackknife(sorted, n, count, weight);
        set_weights(n, count, weight);
        for (int64_t i = 0; i < count; i++)
            best += weight[i] * sorted[i];
        low[n - 1] = sign * best - half;
        high[n - 1] = sign * best + half;
    }
    rondo_memory_destroy(sorted);
    return RONDO_OK;
}
