/* What the trials of a search say, ranks over data sets, and tests of items, against SciPy 1.17.1,
 * enumeration, and 400,000 resamples of NumPy's generator. */
#include <math.h>
#include <stdbool.h>

#include "check.h"
#include "statistics/items.h"
#include "statistics/ranks.h"
#include "statistics/trials.h"

static bool near(double value, double wanted, double tolerance)
{
    return fabs(value - wanted) <= tolerance * (1 + fabs(wanted));
}

/* Means of the least of all sets of n, by enumeration. */
static void test_expected_best(void)
{
    static const double figures[] = {3.1, 2.4, 5.0, 2.9, 7.7, 2.4, 4.2};
    static const double wanted[] = {3.957142857142857,
                                    2.8904761904761904,
                                    2.5971428571428574,
                                    2.4771428571428578,
                                    2.423809523809523,
                                    2.4,
                                    2.4};
    double expected[7], negative[7];
    rondo_error error = {0};
    CHECK(rondo_trials_expected_best(figures, 7, false, expected, &error) == RONDO_OK);
    for (int n = 0; n < 7; n++)
        CHECK(near(expected[n], wanted[n], 1e-14));
    for (int i = 0; i < 7; i++)
        negative[i] = -figures[i];
    CHECK(rondo_trials_expected_best(negative, 7, true, expected, &error) == RONDO_OK);
    for (int n = 0; n < 7; n++)
        CHECK(near(expected[n], -wanted[n], 1e-14));
}

static const double settings[16] = {.31, .02, .77, .45, .91, .12, .66, .25,
                                    .83, .07, .58, .39, .97, .18, .71, .52};

static void test_main_effect(void)
{
    static const double strong[16] = {2.1, 5.3, 1.2, 1.9, 1.4, 4.8, 1.0, 3.0,
                                      1.6, 6.1, 1.5, 2.2, 1.7, 4.0, 1.1, 1.8};
    static const double weak[16] = {2.1, 1.3, 1.2, 1.9, 1.4, 2.8, 2.0, 3.0,
                                    1.6, 2.6, 1.5, 2.2, 1.7, 1.0, 1.1, 1.8};
    static const double alike[16] = {0};
    rondo_main_effect effect, again;
    rondo_error error = {0};
    CHECK(rondo_trials_main_effect(settings, strong, 16, 0, 1, &effect, &error) == RONDO_OK);
    CHECK(effect.bins == 4);
    CHECK(near(effect.share, 0.9218431801142426, 1e-12));
    CHECK(near(effect.rank_share, 0.7946118518963936, 1e-12));
    CHECK(effect.p < 0.002);
    CHECK(rondo_trials_main_effect(settings, weak, 16, 0, 1, &effect, &error) == RONDO_OK);
    CHECK(near(effect.share, 0.12792797340747775, 1e-12));
    CHECK(effect.rank_share == 0 && effect.low == 0 && effect.high > 0.5);
    /* Of 9999 permutations, five standard errors. */
    CHECK(fabs(effect.p - 0.184955) < 5 * 0.0039);
    CHECK(rondo_trials_main_effect(settings, weak, 16, 0, 1, &again, &error) == RONDO_OK);
    CHECK(again.p == effect.p);
    CHECK(rondo_trials_main_effect(settings, alike, 16, 0, 1, &effect, &error) == RONDO_OK);
    CHECK(isnan(effect.share) && isnan(effect.p));
    CHECK(rondo_trials_main_effect(settings, weak, 7, 0, 1, &effect, &error) == RONDO_OK);
    CHECK(isnan(effect.share) && isnan(effect.p));
    CHECK(rondo_trials_main_effect(alike, weak, 16, 0, 1, &effect, &error) == RONDO_OK);
    CHECK(effect.bins == 1 && isnan(effect.share));
}

/* Two categories apart by 1, variance within 1/12 + : share = 1 - (1 - R^2) (n - 1)/(n - 2). */
static void test_categories(void)
{
    static const double which[8] = {0, 1, 0, 1, 0, 1, 0, 1};
    static const double figures[8] = {1, 3, 2, 4, 1, 3, 2, 4};
    rondo_main_effect effect;
    rondo_error error = {0};
    CHECK(rondo_trials_main_effect(which, figures, 8, 2, 1, &effect, &error) == RONDO_OK);
    /* Between 8, in all 10: R^2 = 0.8. */
    CHECK(effect.bins == 2 && near(effect.share, 1 - 0.2 * 7 / 6, 1e-14));
}

static void test_ranks(void)
{
    static const double values[24] = {.81, .80, .79, .80, .92, .90, .90, .85, .60, .62, .58, .55,
                                      .71, .70, .69, .69, .88, .86, .87, .80, .50, .50, .48, .47};
    static const double ranks[4] = {1.25, 2.0833333333333335, 3.0, 3.6666666666666665};
    static const double agree[6] = {1, 2, 1, 2, 1, 2};
    double mean_ranks[4], negative[24];
    rondo_rank_test test;
    rondo_error error = {0};
    CHECK(rondo_ranks_test(values, 4, 6, true, mean_ranks, &test, &error) == RONDO_OK);
    for (int v = 0; v < 4; v++)
        CHECK(near(mean_ranks[v], ranks[v], 1e-14));
    CHECK(near(test.friedman, 12.910714285714297, 1e-12));
    CHECK(near(test.friedman_p, 0.004833723745004121, 1e-12));
    CHECK(near(test.iman_davenport, 12.68421052631583, 1e-11));
    CHECK(near(test.iman_davenport_p, 0.00021565748323383986, 1e-11));
    CHECK(near(test.critical_difference, 1.9148432265902373, 1e-9));
    for (int i = 0; i < 24; i++)
        negative[i] = -values[i];
    CHECK(rondo_ranks_test(negative, 4, 6, false, mean_ranks, &test, &error) == RONDO_OK);
    CHECK(near(test.friedman, 12.910714285714297, 1e-12) && near(mean_ranks[0], 1.25, 1e-14));
    CHECK(rondo_ranks_test(agree, 2, 3, false, mean_ranks, &test, &error) == RONDO_OK);
    CHECK(isinf(test.iman_davenport) && test.iman_davenport_p == 0 && mean_ranks[0] == 1);
    CHECK(rondo_ranks_test(agree, 1, 6, false, mean_ranks, &test, &error) == RONDO_USAGE);
}

static void test_mcnemar(void)
{
    CHECK(near(rondo_mcnemar_exact(10, 3), 0.09228515625, 1e-14));
    CHECK(near(rondo_mcnemar_exact(3, 10), 0.09228515625, 1e-14));
    CHECK(near(rondo_mcnemar_exact(0, 7), 0.015625, 1e-14));
    CHECK(near(rondo_mcnemar_exact(5, 5), 1, 1e-14));
    CHECK(near(rondo_mcnemar_exact(120, 80), 0.005685155996750306, 1e-11));
    CHECK(rondo_mcnemar_exact(0, 0) == 1);
}

static void test_bootstrap(void)
{
    static const double first[60] = {
        2.154, 2.131, 3.13,  1.065, 2.183, 1.704, 0.885, 1.119, 1.718, 0.847, 1.677, 3.958,
        1.451, 1.958, 1.513, 0.604, 5.939, 2.678, 0.316, 1.811, 0.931, 0.72,  1.793, 1.095,
        3.102, 0.818, 1.1,   0.631, 1.641, 1.293, 2.044, 0.607, 1.134, 2.852, 2.017, 1.311,
        2.839, 3.111, 0.392, 1.155, 1.929, 0.551, 2.707, 1.665, 2.347, 2.02,  1.354, 0.122,
        1.71,  2.134, 3.046, 2.688, 2.212, 0.376, 1.527, 1.86,  3.027, 1.684, 2.349, 2.683};
    static const double second[60] = {
        1.747, 1.441, 3.365, 1.879, 1.933, 1.379,  1.112, 0.917, 1.616, 0.793, 1.887, 3.886,
        1.584, 1.955, 1.31,  0.558, 5.704, 2.73,   0.029, 1.533, 1.418, 0.754, 1.827, 1.298,
        3.026, 0.799, 1.278, 0.766, 1.343, 1.593,  1.917, 0.34,  0.914, 2.785, 2.555, 1.008,
        2.937, 2.52,  0.442, 1.475, 1.908, 0.412,  2.826, 1.925, 2.596, 2.662, 1.467, -0.006,
        1.722, 2.162, 3.129, 2.729, 2.314, -0.075, 1.826, 1.738, 2.725, 1.925, 2.794, 2.881};
    static const double weights[60] = {4, 1, 7, 3, 4, 8, 4, 3, 2, 7, 2, 5, 2, 7, 6, 6, 4, 3, 8, 7,
                                       4, 1, 2, 4, 4, 3, 8, 4, 7, 2, 3, 2, 2, 5, 2, 4, 6, 7, 5, 5,
                                       3, 7, 2, 6, 1, 5, 3, 3, 3, 7, 7, 3, 5, 1, 8, 8, 3, 5, 5, 7};
    static double samples[RONDO_BOOTSTRAP_SAMPLES];
    rondo_paired_bootstrap result = rondo_bootstrap_pairs(first, second, weights, 60, 1, samples);
    CHECK(near(result.difference, -0.002245283018867931, 1e-13));
    /* Five standard errors of a 2.5 % quantile of 9999 normal samples: 0.0083 * 0.0267 each. */
    CHECK(fabs(result.low + 0.01872973) < 0.0012);
    CHECK(fabs(result.high - 0.01384966) < 0.0012);
    CHECK(fabs(result.p - 0.790825) < 5 * 0.01);
    rondo_paired_bootstrap same = rondo_bootstrap_pairs(first, first, weights, 60, 1, samples);
    CHECK(same.difference == 0 && same.p == 1 && same.low == 0 && same.high == 0);
}

int main(void)
{
    RUN(test_expected_best);
    RUN(test_main_effect);
    RUN(test_categories);
    RUN(test_ranks);
    RUN(test_mcnemar);
    RUN(test_bootstrap);
    return check_end();
}
