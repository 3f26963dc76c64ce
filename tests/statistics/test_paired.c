/* Intervals, tests and effect sizes of pairs: SciPy's values (golden.py), values by hand, and what
 * does not depend on the order of the pairs. */
#include "statistics/paired.h"

#include "golden.h"
#include "statistics/distribution.h"

static const double a[10] = {8.421, 8.437, 8.402, 8.455, 8.419, 8.430, 8.411, 8.448, 8.426, 8.415};
static const double b[10] = {8.412, 8.425, 8.407, 8.431, 8.409, 8.424, 8.405, 8.436, 8.418, 8.404};
static const double c[10] = {8.470, 8.442, 8.481, 8.459, 8.466, 8.490, 8.447, 8.475, 8.468, 8.452};

static void check_golden_pair(rondo_hdf5 *file, const char *folder)
{
    static const char *const names[] = {"a", "b", "t", "mean", "margin", "tost", "sign_flip"};
    golden_array array[7];
    for (int i = 0; i < 7; i++) {
        char path[80];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        array[i] = golden_read(file, path);
    }
    const double *x = array[0].values, *y = array[1].values, *t = array[2].values;
    int64_t count = array[0].rows;
    rondo_paired_t test = rondo_paired_t_test(x, y, count, 0.95);
    CHECK_RELATIVE(test.t, t[0], 1e-10);
    CHECK_RELATIVE(test.p, t[1], 1e-10);
    CHECK_RELATIVE(test.difference.mean, t[2], 1e-10);
    CHECK_RELATIVE(test.difference.deviation, t[3], 1e-10);
    CHECK_RELATIVE(test.difference.low, t[4], 1e-10);
    CHECK_RELATIVE(test.difference.high, t[5], 1e-10);
    rondo_t_interval mean = rondo_t_interval_of(x, count, 0.95);
    CHECK_INTEGER(mean.count, count);
    CHECK_RELATIVE(mean.mean, array[3].values[0], 1e-12);
    CHECK_RELATIVE(mean.deviation, array[3].values[1], 1e-12);
    CHECK_RELATIVE(mean.low, array[3].values[2], 1e-10);
    CHECK_RELATIVE(mean.high, array[3].values[3], 1e-10);
    rondo_equivalence tost = rondo_equivalence_test(x, y, count, array[4].values[0]);
    CHECK_RELATIVE(tost.p_low, array[5].values[0], 1e-10);
    CHECK_RELATIVE(tost.p_high, array[5].values[1], 1e-10);
    CHECK(tost.p == fmax(tost.p_low, tost.p_high));
    rondo_sign_flip flip = rondo_sign_flip_test(x, y, count, 1);
    CHECK(flip.exact == (count <= 20));
    CHECK((array[6].values != NULL) == (count <= 20));
    if (array[6].values) CHECK_RELATIVE(flip.p, array[6].values[0], 1e-12);
    for (int i = 0; i < 7; i++)
        free(array[i].values);
}

static void test_golden(void)
{
    rondo_hdf5 *file = golden_open();
    int pairs = 0;
    for (; pairs < 11; pairs++) {
        char folder[32];
        snprintf(folder, sizeof folder, "paired/%02d", pairs);
        check_golden_pair(file, folder);
    }
    rondo_error error = {0};
    CHECK_INTEGER(rondo_hdf5_close(file, &error), RONDO_OK);
}

/* The example of ten seeds, as numbers one can read. */
static void test_example(void)
{
    rondo_paired_t test = rondo_paired_t_test(a, b, 10, 0.95);
    CHECK_NEAR(test.t, 4.104272795862727, 1e-11);
    CHECK_NEAR(test.d_z, 1.2978850173593517, 1e-11);
    CHECK_NEAR(test.g_z, 1.1866377301571214, 1e-11);
    CHECK_NEAR(test.better_smaller, 0.1, 0);
    CHECK_NEAR(rondo_sign_flip_test(a, b, 10, 1).p, 0.00390625, 0);
    CHECK_NEAR(rondo_sign_flip_test(a, c, 10, 1).p, 0.001953125, 0);
    CHECK_NEAR(rondo_sign_flip_test(b, c, 10, 1).p, 0.001953125, 0);
    double p[3] = {0.002659668318338343, 0.00048541951154240567, 1.0200441199220869e-05}, holm[3];
    rondo_holm(p, 3, holm);
    CHECK_NEAR(holm[0], 0.002659668318338343, 1e-15);
    CHECK_NEAR(holm[1], 0.0009708390230848113, 1e-15);
    CHECK_NEAR(holm[2], 3.060132359766261e-05, 1e-15);
}

static void test_holm(void)
{
    double p[6] = {0.04, NAN, 0.01, 0.03, 0.01, 0.9}, holm[6];
    rondo_holm(p, 6, holm);
    CHECK_NEAR(holm[2], 0.05, 1e-15); /* 5 * 0.01, and the tie is carried to the same value */
    CHECK_NEAR(holm[4], 0.05, 1e-15);
    CHECK_NEAR(holm[3], 0.09, 1e-15);
    CHECK_NEAR(holm[0], 0.09, 1e-15); /* 2 * 0.04 = 0.08 is raised: monotone */
    CHECK_NEAR(holm[5], 0.9, 1e-15);
    CHECK(isnan(holm[1]));
}

/* All 2^n in floating point with a generous tolerance, against the two halves in integers. */
static double all_signs(const double *x, const double *y, int64_t count)
{
    double observed = 0;
    int64_t found = 0;
    for (int64_t i = 0; i < count; i++)
        observed += x[i] - y[i];
    for (int64_t signs = 0; signs < (int64_t)1 << count; signs++) {
        double sum = 0;
        for (int64_t i = 0; i < count; i++)
            sum += (signs >> i & 1 ? -1 : 1) * (x[i] - y[i]);
        found += fabs(sum) >= fabs(observed) - 1e-9;
    }
    return (double)found / (double)((int64_t)1 << count);
}

/* Losses of three digits tie in thousands: every sum of differences is a multiple of 0.001. Any
 * order of the pairs, either sign and a large constant added to both give the same p. */
static void test_ties(void)
{
    for (int64_t count = 1; count <= 13; count++) {
        double x[13], y[13], x_far[13], y_far[13], x_back[13], y_back[13];
        for (int64_t i = 0; i < count; i++) {
            x[i] = 0.001 * (double)(i * i % 7 + 3 * i % 5);
            y[i] = 0.001 * (double)(i * 5 % 4);
            x_far[i] = x[i] + 100000;
            y_far[i] = y[i] + 100000;
            x_back[count - 1 - i] = x[i];
            y_back[count - 1 - i] = y[i];
        }
        double expected = all_signs(x, y, count);
        CHECK_NEAR(rondo_sign_flip_test(x, y, count, 1).p, expected, 0);
        CHECK_NEAR(rondo_sign_flip_test(y, x, count, 1).p, expected, 0);
        CHECK_NEAR(rondo_sign_flip_test(x_back, y_back, count, 1).p, expected, 0);
        CHECK_NEAR(rondo_sign_flip_test(x_far, y_far, count, 1).p, expected, 0);
    }
    double none[3] = {1, 2, 3}, rounded[3] = {1 + 2e-16, 2, 3 - 4e-16};
    CHECK(rondo_sign_flip_test(none, none, 3, 1).p == 1);
    CHECK(rondo_sign_flip_test(none, rounded, 3, 1).p == 1); /* nothing but rounding */
}

static void test_smallest(void)
{
    static const double smallest[] = {0.25, 0.125, 0.0625, 0.03125};
    for (int64_t i = 0; i < 4; i++)
        CHECK(rondo_sign_flip_smallest(i + 3) == smallest[i]);
    CHECK_INTEGER(rondo_sign_flip_fewest(0.05), 6);
    CHECK_INTEGER(rondo_sign_flip_fewest(0.01), 8);
    double ones[20], zeros[20] = {0};
    for (int64_t i = 0; i < 20; i++)
        ones[i] = 1;
    for (int64_t count = 1; count <= 20; count++)
        CHECK(rondo_sign_flip_test(ones, zeros, count, 1).p == rondo_sign_flip_smallest(count));
}

/* Random signs: the same seed gives the same p, another one nearly so, and p is never 0. */
static void test_sampled(void)
{
    double x[40], y[40] = {0};
    for (int i = 0; i < 40; i++)
        x[i] = sin(i * 1.7) + 0.3;
    rondo_sign_flip flip = rondo_sign_flip_test(x, y, 40, 7);
    CHECK(!flip.exact);
    CHECK_INTEGER(flip.samples, RONDO_SIGN_FLIP_SAMPLES);
    CHECK(flip.p == rondo_sign_flip_test(x, y, 40, 7).p);
    CHECK(flip.p != rondo_sign_flip_test(x, y, 40, 8).p);
    double t = rondo_paired_t_test(x, y, 40, 0.95).p; /* 40 values: nearly the t test's */
    CHECK(fabs(flip.p - t) < 0.2 * t);
    for (int i = 0; i < 40; i++)
        x[i] = 1 + 0.01 * i;
    CHECK_RELATIVE(rondo_sign_flip_test(x, y, 40, 7).p, 1e-5, 1e-12);
}

static void test_few(void)
{
    rondo_t_interval one = rondo_t_interval_of(a, 1, 0.95);
    CHECK(one.mean == a[0] && isnan(one.deviation) && isnan(one.low) && isnan(one.high));
    CHECK(isnan(rondo_t_interval_of(a, 0, 0.95).mean));
    rondo_paired_t pair = rondo_paired_t_test(a, b, 1, 0.95);
    CHECK(pair.p == 1 && isnan(pair.d_z) && isnan(pair.g_z));
    CHECK(rondo_equivalence_test(a, b, 1, 1).p == 1);
    pair = rondo_paired_t_test(a, a, 5, 0.95);
    CHECK(pair.p == 1 && pair.d_z == 0 && pair.better_smaller == 0.5);
    double raised[4] = {1.5, 2.5, 3.5, 4.5}, plain[4] = {1, 2, 3, 4};
    pair = rondo_paired_t_test(raised, plain, 4, 0.95);
    CHECK(pair.p == 0 && pair.d_z == INFINITY && pair.difference.low == 0.5);
    CHECK(rondo_equivalence_test(raised, plain, 4, 0.5).p == 0.5);
    CHECK(rondo_equivalence_test(raised, plain, 4, 0.6).p == 0);
    CHECK(rondo_equivalence_test(raised, plain, 4, 0.4).p == 1);
}

int main(void)
{
    RUN(test_golden);
    RUN(test_example);
    RUN(test_holm);
    RUN(test_ties);
    RUN(test_smallest);
    RUN(test_sampled);
    RUN(test_few);
    return check_end();
}
