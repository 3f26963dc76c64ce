/* A second opinion: R's values (golden.R). */
#include <stdlib.h>

#include "check.h"
#include "statistics/distribution.h"
#include "statistics/power.h"

/* How near R comes: its studentized range has an error of up to 1.4e-7 (rondo, SciPy and mpmath
 * agree to 1e-14 where it differs: golden.py), its noncentral t sums a series to 1e-12 absolutely.
 */
static double tolerance_of(const char *name)
{
    if (strncmp(name, "range", 5) == 0) return 2e-7;
    return strncmp(name, "noncentral", 10) == 0 || strcmp(name, "power") == 0 ? 1e-9 : 1e-10;
}

static double compute(const char *name, const double *x)
{
#define IS(text) (strcmp(name, text) == 0)
    return IS("t_sf")                ? rondo_t_sf(x[0], x[1])
           : IS("t_quantile_upper")  ? rondo_t_quantile_upper(x[0], x[1])
           : IS("normal_sf")         ? rondo_normal_sf(x[0])
           : IS("normal_quantile")   ? rondo_normal_quantile(x[0])
           : IS("f_sf")              ? rondo_f_sf(x[0], x[1], x[2])
           : IS("chi_square_sf")     ? rondo_chi_square_sf(x[0], x[1])
           : IS("beta_cdf")          ? rondo_beta_cdf(x[0], x[1], x[2])
           : IS("gamma_sf")          ? rondo_gamma_sf(x[0], x[1])
           : IS("binomial_at_least") ? rondo_binomial_at_least((int64_t)x[0], (int64_t)x[1], x[2])
           : IS("noncentral_t_cdf")  ? rondo_noncentral_t_cdf(x[0], x[1], x[2])
           : IS("range_cdf")         ? rondo_studentized_range_cdf(x[0], (int32_t)x[1], x[2])
           : IS("power")             ? rondo_paired_t_power((int64_t)x[0], x[1], 0.05)
                                     : NAN;
#undef IS
}

static void test_r(void)
{
    FILE *file = fopen(RONDO_SOURCE_DIR "/tests/statistics/golden_r.txt", "r");
    char line[256], name[32];
    double x[4], worst = 0;
    int values = 0;
    while (file && fgets(line, sizeof line, file)) {
        int after = 0;
        if (line[0] == '#' || sscanf(line, "%31s%n", name, &after) != 1) continue;
        int count = 0;
        char *next = line + after, *end = next;
        for (; count < 4; count++, next = end) {
            x[count] = strtod(next, &end);
            if (end == next) break;
        }
        double expected = x[count - 1], actual = compute(name, x);
        double difference =
            actual == expected ? 0 : fabs(actual - expected) / fabs(expected) / tolerance_of(name);
        if (!(difference < 1)) fprintf(stderr, "%s: %.17g, not %s", name, actual, line);
        CHECK(difference < 1);
        worst = fmax(worst, difference);
        values++;
    }
    printf("%d values, at most %.2g of their tolerance apart\n", values, worst);
    CHECK(values > 100);
    if (file) fclose(file);
}

int main(void)
{
    RUN(test_r);
    return check_end();
}
