/* Power and seeds needed: the values of scale studies by SciPy's noncentral t, and what must hold
 * of the effect of comparisons that were not significant. */
#include "statistics/power.h"

#include "golden.h"
#include "statistics/distribution.h"

static void test_power(void)
{
    CHECK_RELATIVE(rondo_paired_t_power(5, 1, 0.05), 0.40138991737179536, 1e-10);
    CHECK_RELATIVE(rondo_paired_t_power(10, 1, 0.05), 0.8030968566327219, 1e-10);
    CHECK_RELATIVE(rondo_paired_t_power(10, -1, 0.05), 0.8030968566327219, 1e-10);
    for (int64_t count = 2; count < 100; count += 7)
        CHECK_RELATIVE(rondo_paired_t_power(count, 0, 0.03), 0.03, 1e-10);
    CHECK(rondo_paired_t_power(1, 3, 0.05) == 0 && rondo_paired_t_power(3, INFINITY, 0.05) == 1);
}

static void test_seeds(void)
{
    static const double effects[] = {2, 1.5, 1, 0.8, 0.5, 0.3};
    static const int64_t seeds[] = {5, 6, 10, 15, 34, 90};
    for (int i = 0; i < 6; i++)
        CHECK_INTEGER(rondo_paired_t_seeds(effects[i], 0.05, 0.8), seeds[i]);
    for (double effect = 0.15; effect < 5; effect *= 1.3) {
        int64_t needed = rondo_paired_t_seeds(-effect, 0.01, 0.9);
        CHECK(rondo_paired_t_power(needed, effect, 0.01) >= 0.9);
        CHECK(rondo_paired_t_power(needed - 1, effect, 0.01) < 0.9);
    }
    CHECK_INTEGER(rondo_paired_t_seeds(0.01, 0.05, 0.8), RONDO_SEEDS_MOST + 1);
    CHECK_INTEGER(rondo_paired_t_seeds(0, 0.05, 0.8), RONDO_SEEDS_MOST + 1);
    CHECK_INTEGER(rondo_paired_t_seeds(NAN, 0.05, 0.8), RONDO_SEEDS_MOST + 1);
    CHECK_INTEGER(rondo_paired_t_seeds(INFINITY, 0.05, 0.8), 2);
}

/* Of the comparisons with this effect that are not significant, half show a smaller |t|. */
static void test_not_significant(void)
{
    for (int64_t count = 3; count < 40; count += 6) {
        double df = (double)(count - 1), critical = rondo_t_quantile_upper(0.025, df);
        for (double share = 0.6; share < 0.99; share += 0.07) {
            double t = share * critical;
            double nc = rondo_effect_not_significant(t, count, 0.05) * sqrt((double)count);
            CHECK(nc > 0);
            double below = rondo_noncentral_t_cdf(t, df, nc) - rondo_noncentral_t_cdf(-t, df, nc);
            double all = 1 - rondo_paired_t_power(count, nc / sqrt((double)count), 0.05);
            CHECK(fabs(below / all - 0.5) < 1e-3);
        }
    }
    CHECK(rondo_effect_not_significant(0.3, 10, 0.05) == 0);
    double beyond = rondo_effect_not_significant(50, 10, 0.05); /* refused by another test */
    CHECK(beyond > 0 && isfinite(beyond));
    CHECK(isnan(rondo_effect_not_significant(1, 1, 0.05)));
}

int main(void)
{
    RUN(test_power);
    RUN(test_seeds);
    RUN(test_not_significant);
    return check_end();
}
