/* The expected best of n trials: all subsets counted, unbiased where Dodge's estimator is not, and
 * what share of its bands hold the true value. */
#include "statistics/trials.h"

#include <stdlib.h>

#include "base/random.h"
#include "check.h"

static rondo_error error;

typedef struct best_of {
    double best, low, high;
} best_of;

static void curve_of(const double *values, int64_t trials, bool higher, best_of *curve)
{
    double best[64], low[64], high[64];
    CHECK_INTEGER(rondo_trials_expected_best(values, trials, higher, best, &error), RONDO_OK);
    CHECK_INTEGER(rondo_trials_best_band(values, trials, higher, 0.95, low, high, &error),
                  RONDO_OK);
    for (int64_t n = 0; n < trials; n++)
        curve[n] = (best_of){best[n], low[n], high[n]};
}

/* The mean over all subsets of n, one by one. */
static double by_subsets(const double *values, int trials, int n, bool higher)
{
    double sum = 0;
    int count = 0;
    for (int subset = 1; subset < 1 << trials; subset++) {
        double best = higher ? -INFINITY : INFINITY;
        if (__builtin_popcount((unsigned)subset) != n) continue;
        for (int i = 0; i < trials; i++)
            if (subset >> i & 1) best = higher ? fmax(best, values[i]) : fmin(best, values[i]);
        sum += best;
        count++;
    }
    return sum / count;
}

static void test_subsets(void)
{
    double values[9] = {0.3, 1.2, 0.7, 0.7, -2, 5, 0.31, 0.9, 1.2};
    best_of curve[9];
    for (int higher = 0; higher < 2; higher++) {
        curve_of(values, 9, higher, curve);
        for (int n = 1; n <= 9; n++) {
            CHECK_NEAR(curve[n - 1].best, by_subsets(values, 9, n, higher), 1e-13);
            CHECK(isnan(curve[n - 1].low) == (n > 3) && isnan(curve[n - 1].high) == (n > 3));
        }
        CHECK(curve[8].best == (higher ? 5 : -2));
    }
}

/* The band at n = 1 is the t interval of the mean. */
static void test_band_of_mean(void)
{
    double values[4] = {1, 2, 3, 6};
    best_of curve[4];
    curve_of(values, 4, false, curve);
    double half = 3.182446305284263 * sqrt(14.0 / 3) / 2;
    CHECK_NEAR(curve[0].low, 3 - half, 1e-12);
    CHECK_NEAR(curve[0].high, 3 + half, 1e-12);
}

/* Dodge et al. 2019: the best of n draws with replacement, from the sorted values. */
static double dodge(const double *sorted, int trials, int n)
{
    double sum = 0;
    for (int i = 0; i < trials; i++)
        sum += sorted[i] * (pow((i + 1.0) / trials, n) - pow((double)i / trials, n));
    return sum;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Uniform trials: the best of n is n / (n + 1) in the mean. 30 trials, 4,000 times. */
static void test_unbiased(void)
{
    enum { TRIALS = 30, TIMES = 4000 };
    static const int numbers[4] = {1, 3, 6, 10};
    double ours[4] = {0}, theirs[4] = {0};
    int covered[4] = {0};
    for (int time = 0; time < TIMES; time++) {
        rondo_random random = {.seed = (uint64_t)time, .purpose = RONDO_FOR_TEST, .step = 17};
        double values[TRIALS];
        best_of curve[TRIALS];
        for (int i = 0; i < TRIALS; i++)
            values[i] = rondo_random_uniform(&random, (uint64_t)i);
        qsort(values, TRIALS, sizeof(double), by_size);
        curve_of(values, TRIALS, true, curve);
        for (int k = 0; k < 4; k++) {
            int n = numbers[k];
            double truth = n / (n + 1.0);
            ours[k] += curve[n - 1].best / TIMES;
            theirs[k] += dodge(values, TRIALS, n) / TIMES;
            covered[k] += curve[n - 1].low <= truth && truth <= curve[n - 1].high;
        }
    }
    for (int k = 0; k < 4; k++) {
        double truth = numbers[k] / (numbers[k] + 1.0), share = (double)covered[k] / TIMES;
        printf(
            "best of %2d: true %.5f, unbiased %.5f, with replacement %.5f; bands cover %.1f %%\n",
            numbers[k], truth, ours[k], theirs[k], 100 * share);
        CHECK(fabs(ours[k] - truth) < 0.0025); /* 3 standard errors of the mean of 4,000 */
        if (numbers[k] > 1) CHECK(truth - theirs[k] > 0.003);
        CHECK(share > 0.9 && share < 0.985);
    }
}

int main(void)
{
    RUN(test_subsets);
    RUN(test_band_of_mean);
    RUN(test_unbiased);
    return check_end();
}
