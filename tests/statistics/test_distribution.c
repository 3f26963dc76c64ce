/* Probabilities and quantiles are SciPy's (golden.py), to 1e-10 of each value, in the tails too;
 * and what must hold of them without any reference. */
#include "statistics/distribution.h"

#include "golden.h"

typedef double (*by_row)(const double *arguments);

#define BY_ROW_1(name)                                                                             \
    static double row_##name(const double *x)                                                      \
    {                                                                                              \
        return rondo_##name(x[0]);                                                                 \
    }
#define BY_ROW_2(name)                                                                             \
    static double row_##name(const double *x)                                                      \
    {                                                                                              \
        return rondo_##name(x[0], x[1]);                                                           \
    }
#define BY_ROW_3(name)                                                                             \
    static double row_##name(const double *x)                                                      \
    {                                                                                              \
        return rondo_##name(x[0], x[1], x[2]);                                                     \
    }

BY_ROW_1(normal_cdf)
BY_ROW_1(normal_sf)
BY_ROW_1(normal_quantile)
BY_ROW_2(t_cdf)
BY_ROW_2(t_sf)
BY_ROW_2(t_quantile)
BY_ROW_2(t_quantile_upper)
BY_ROW_3(f_sf)
BY_ROW_2(chi_square_sf)
BY_ROW_3(beta_cdf)
BY_ROW_2(gamma_cdf)
BY_ROW_2(gamma_sf)

BY_ROW_3(noncentral_t_cdf)
BY_ROW_3(noncentral_t_sf)

static double row_range_sf(const double *x)
{
    return rondo_studentized_range_sf(x[0], (int32_t)x[1], x[2]);
}

static double row_range_quantile(const double *x)
{
    return rondo_studentized_range_quantile(x[0], (int32_t)x[1], x[2]);
}

static double row_binomial_at_least(const double *x)
{
    return rondo_binomial_at_least((int64_t)x[0], (int64_t)x[1], x[2]);
}

/* Every row of one array; prints the greatest relative difference. */
static void check_table(const char *name, by_row function)
{
    char path[80];
    snprintf(path, sizeof path, "distributions/%s", name);
    rondo_hdf5 *file = golden_open();
    golden_array table = golden_read(file, path);
    CHECK(table.rows > 10);
    double worst = 0;
    for (int64_t row = 0; row < table.rows; row++) {
        const double *arguments = table.values + row * table.columns;
        double expected = arguments[table.columns - 1], actual = function(arguments);
        double difference = fabs(actual - expected) / (expected == 0 ? 1e-5 : fabs(expected));
        if (!(difference < 1e-10))
            fprintf(stderr, "%s, row %d: of %.17g, %.17g: %.17g, expected %.17g\n", name, (int)row,
                    arguments[0], arguments[1], actual, expected);
        CHECK(difference < 1e-10);
        worst = fmax(worst, difference);
    }
    printf("%-20s %4d values, relative difference at most %.1e\n", name, (int)table.rows, worst);
    free(table.values);
    rondo_error error = {0};
    CHECK_INTEGER(rondo_hdf5_close(file, &error), RONDO_OK);
}

#define CHECK_TABLE(name) check_table(#name, row_##name)

static void test_golden(void)
{
    CHECK_TABLE(normal_cdf);
    CHECK_TABLE(normal_sf);
    CHECK_TABLE(normal_quantile);
    CHECK_TABLE(t_cdf);
    CHECK_TABLE(t_sf);
    CHECK_TABLE(t_quantile);
    CHECK_TABLE(t_quantile_upper);
    CHECK_TABLE(f_sf);
    CHECK_TABLE(chi_square_sf);
    CHECK_TABLE(beta_cdf);
    CHECK_TABLE(gamma_cdf);
    CHECK_TABLE(gamma_sf);
    CHECK_TABLE(binomial_at_least);
    CHECK_TABLE(noncentral_t_cdf);
    CHECK_TABLE(noncentral_t_sf);
    CHECK_TABLE(range_sf);
    CHECK_TABLE(range_quantile);
}

/* Values that closed forms give. */
static void test_closed_forms(void)
{
    for (double t = 0.125; t < 1e6; t *= 3) {
        CHECK_RELATIVE(rondo_t_sf(t, 1), atan2(1, t) / M_PI, 1e-14);
        double root = sqrt(2 + t * t);
        CHECK_RELATIVE(rondo_t_sf(t, 2), 1 / (root * (root + t)), 1e-13);
        CHECK_RELATIVE(rondo_f_sf(t * t, 1, 7), rondo_t_two_sided(t, 7), 1e-13);
        CHECK_RELATIVE(rondo_chi_square_sf(fmin(t, 1e3), 2), exp(-fmin(t, 1e3) / 2), 1e-13);
        CHECK_RELATIVE(rondo_t_sf(t, INFINITY), rondo_normal_sf(t), 0);
    }
    CHECK_RELATIVE(rondo_binomial_at_least(3, 4, 0.5), 5.0 / 16, 1e-14);
    CHECK_RELATIVE(rondo_binomial_at_least(0, 4, 0.5), 1, 0);
    CHECK(rondo_binomial_at_least(5, 4, 0.5) == 0);
}

static void test_quantiles_invert(void)
{
    for (double p = 1e-30; p < 0.5; p *= 7) {
        CHECK_RELATIVE(rondo_normal_sf(-rondo_normal_quantile(p)), p, 1e-12);
        for (double df = 1; df < 1e7; df *= 2.7)
            CHECK_RELATIVE(rondo_t_sf(rondo_t_quantile_upper(p, df), df), p,
                           df < 1e4 ? 1e-11 : 1e-9);
    }
}

/* Without noncentrality it is Student's t; the two tails are mirrored; two groups are a t test. */
static void test_generalised(void)
{
    for (double df = 1; df < 300; df = floor(df * 2.5)) {
        for (double t = 0.3; t < 200; t *= 2.1) {
            CHECK_RELATIVE(rondo_noncentral_t_sf(t, df, 0), rondo_t_sf(t, df), 1e-11);
            CHECK_RELATIVE(rondo_noncentral_t_cdf(-t, df, -3), rondo_noncentral_t_sf(t, df, 3), 0);
            double two = rondo_studentized_range_sf(fmin(t, 20), 2, df);
            CHECK_RELATIVE(two, rondo_t_two_sided(fmin(t, 20) * M_SQRT1_2, df), 1e-10);
        }
    }
    CHECK(rondo_noncentral_t_cdf(INFINITY, 3, 1) == 1 &&
          rondo_noncentral_t_sf(INFINITY, 3, 1) == 0);
    CHECK_RELATIVE(rondo_noncentral_t_sf(1, INFINITY, 3), rondo_normal_sf(-2), 0);
    CHECK(isnan(rondo_noncentral_t_cdf(1, 2.5, 1)) && isnan(rondo_studentized_range_sf(1, 1, 5)));
    CHECK(rondo_studentized_range_sf(0, 3, 5) == 1 &&
          rondo_studentized_range_cdf(INFINITY, 3, 5) == 1);
}

static void test_outside(void)
{
    CHECK(isnan(rondo_t_sf(NAN, 3)) && isnan(rondo_t_sf(1, 0)) && isnan(rondo_t_quantile(1.5, 3)));
    CHECK(isnan(rondo_f_sf(-1, 2, 2)) && isnan(rondo_chi_square_sf(1, -1)));
    CHECK(rondo_t_sf(INFINITY, 3) == 0 && rondo_t_cdf(INFINITY, 3) == 1);
    CHECK(rondo_t_two_sided(-INFINITY, 3) == 0 && rondo_t_two_sided(0, 3) == 1);
    CHECK(rondo_t_sf(1e300, 2) == 0 && rondo_t_sf(1e150, 1) > 0);
    CHECK(rondo_f_sf(0, 2, 2) == 1 && rondo_f_sf(INFINITY, 2, 2) == 0);
    CHECK(rondo_normal_quantile(0) == -INFINITY && rondo_normal_quantile(0.5) == 0);
    CHECK(rondo_t_quantile(0.5, 4) == 0 && rondo_t_quantile(0, 4) == -INFINITY);
}

int main(void)
{
    RUN(test_golden);
    RUN(test_closed_forms);
    RUN(test_quantiles_invert);
    RUN(test_generalised);
    RUN(test_outside);
    return check_end();
}
