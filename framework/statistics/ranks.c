#include "statistics/ranks.h"

#include <math.h>

#include "statistics/distribution.h"

/* Ranks of one data set; returns sum over groups of ties of t^3 - t. */
static double add_ranks(const double *values, int32_t variants, bool higher_is_better,
                        double *mean_ranks)
{
    double ties = 0;
    for (int32_t v = 0; v < variants; v++) {
        int32_t better = 0, same = 0;
        for (int32_t w = 0; w < variants; w++) {
            better += higher_is_better ? values[w] > values[v] : values[w] < values[v];
            same += values[w] == values[v];
        }
        mean_ranks[v] += better + (same + 1) / 2.0;
        /* Each of t tied ones adds t^2 - 1: together t^3 - t. */
        ties += (double)same * same - 1;
    }
    return ties;
}

rondo_status rondo_ranks_test(const double *values, int32_t variants, int64_t sets,
                              bool higher_is_better, double *mean_ranks, rondo_rank_test *test,
                              rondo_error *error)
{
    double k = variants, n = (double)sets, ties = 0, squares = 0;
    *test = (rondo_rank_test){.variants = variants, .sets = sets};
    if (variants < 2 || variants > RONDO_RANKS_MOST_VARIANTS || sets < 2)
        return rondo_error_set(error, RONDO_USAGE,
                               "ranks need 2 to %d variants and 2 data sets, not %d and %lld",
                               (int)RONDO_RANKS_MOST_VARIANTS, (int)variants, (long long)sets);
    for (int32_t v = 0; v < variants; v++)
        mean_ranks[v] = 0;
    for (int64_t d = 0; d < sets; d++)
        ties += add_ranks(values + d * variants, variants, higher_is_better, mean_ranks);
    for (int32_t v = 0; v < variants; v++) {
        mean_ranks[v] /= n;
        squares += (mean_ranks[v] - (k + 1) / 2) * (mean_ranks[v] - (k + 1) / 2);
    }
    double correction = 1 - ties / (n * k * (k * k - 1));
    test->critical_difference = rondo_studentized_range_quantile(0.95, variants, INFINITY) /
                                sqrt(2) * sqrt(k * (k + 1) / (6 * n));
    test->friedman_p = test->iman_davenport_p = 1;
    if (!(correction > 0)) return RONDO_OK; /* everything is tied */
    test->friedman = 12 * n / (k * (k + 1)) * squares / correction;
    test->friedman_p = rondo_chi_square_sf(test->friedman, k - 1);
    double rest = n * (k - 1) - test->friedman;
    bool agree = rest <= 1e-12 * n * (k - 1);
    test->iman_davenport = agree ? INFINITY : (n - 1) * test->friedman / rest;
    test->iman_davenport_p = agree ? 0 : rondo_f_sf(test->iman_davenport, k - 1, (k - 1) * (n - 1));
    return RONDO_OK;
}
