/* Random search: ranges, distributions against their formulas, and what a draw depends on. */
#include "sweep/draw.h"

#include <stdlib.h>

#include "check.h"

enum { DRAWS = 20000 };

static rondo_owned owned;
static double values[DRAWS];

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Sorted. */
static void draw_all(const rondo_sweep_draw *draw)
{
    for (int64_t i = 0; i < DRAWS; i++)
        CHECK(rondo_text_real(rondo_sweep_draw_value(draw, 1, i + 1, &owned).value, &values[i]));
    qsort(values, DRAWS, sizeof *values, compare);
}

static double quantile(double p)
{
    return values[(size_t)(p * DRAWS)];
}

/* Kolmogorov & Smirnov: sqrt(n) D is above 1.95 once in 1000 times for the right distribution. */
static double distance(double (*cdf)(double value))
{
    double largest = 0;
    for (int64_t i = 0; i < DRAWS; i++) {
        double p = cdf(values[i]);
        largest = fmax(largest, fmax((double)(i + 1) / DRAWS - p, p - (double)i / DRAWS));
    }
    return sqrt(DRAWS) * largest;
}

static double log_uniform_cdf(double value)
{
    return log(value / 1e-4) / log(1e-1 / 1e-4);
}

static double uniform_cdf(double value)
{
    return (value + 1) / 3;
}

/* scipy.stats.loguniform(1e-4, 1e-1).ppf([.1, .25, .5, .75, .9]) */
static void test_log_uniform(void)
{
    const rondo_sweep_draw draw = {.path = "optimizer.learning_rate",
                                   .kind = RONDO_DRAW_LOG_UNIFORM,
                                   .low = 1e-4,
                                   .high = 0.1};
    draw_all(&draw);
    CHECK(values[0] >= 1e-4 && values[DRAWS - 1] <= 0.1);
    CHECK(distance(log_uniform_cdf) < 1.95);
    CHECK(distance(uniform_cdf) > 10); /* the test can tell */
    CHECK_NEAR(log(quantile(0.10)), log(1.9952623149688796e-4), 0.02);
    CHECK_NEAR(log(quantile(0.25)), log(5.623413251903491e-4), 0.02);
    CHECK_NEAR(log(quantile(0.50)), log(3.162277660168379e-3), 0.02);
    CHECK_NEAR(log(quantile(0.75)), log(1.778279410038923e-2), 0.02);
    CHECK_NEAR(log(quantile(0.90)), log(5.011872336272722e-2), 0.02);
}

static double one_minus_log_uniform_cdf(double value)
{
    return 1 - log((1 - value) / 0.01) / log(1 / 0.01);
}

/* Momentum as Greff et al. (2017) drew it. 1 - scipy.stats.loguniform(0.01, 1).ppf([.9, .5, .1]) */
static void test_one_minus_log_uniform(void)
{
    rondo_sweep_draw draw = {.path = "optimizer.options.momentum",
                             .kind = RONDO_DRAW_ONE_MINUS_LOG_UNIFORM,
                             .low = 0,
                             .high = 0.99};
    draw_all(&draw);
    CHECK(values[0] >= 0 && values[DRAWS - 1] <= 0.99);
    CHECK(distance(one_minus_log_uniform_cdf) < 1.95);
    CHECK(distance(uniform_cdf) > 10);
    CHECK_NEAR(log(1 - quantile(0.10)), log(0.6309573444801932), 0.02);
    CHECK_NEAR(log(1 - quantile(0.50)), log(0.1), 0.02);
    CHECK_NEAR(log(1 - quantile(0.90)), log(0.015848931924611134), 0.02);
    draw.low = 0.9, draw.high = 1 - 1e-8; /* six digits of 1 - value, and no more of value */
    draw_all(&draw);
    CHECK(values[0] >= 0.9 && values[DRAWS - 1] < 1);
    CHECK_NEAR(log(1 - quantile(0.5)), log(3.1622776601683795e-5), 0.02);
    for (int64_t i = 1; i <= 200; i++) {
        const char *text = rondo_sweep_draw_value(&draw, 1, i, &owned).value;
        CHECK(strlen(text) <= strlen("0.") + 13); /* 0.0000000123456 are thirteen digits */
    }
}

static void test_uniform(void)
{
    const rondo_sweep_draw draw = {.path = "a", .kind = RONDO_DRAW_UNIFORM, .low = -1, .high = 2};
    draw_all(&draw);
    CHECK(values[0] >= -1 && values[DRAWS - 1] <= 2);
    CHECK(distance(uniform_cdf) < 1.95);
}

/* Each of 3 .. 7 alike: 4000 of 20000, standard deviation 57. */
static void test_integer(void)
{
    const rondo_sweep_draw draw = {.path = "a", .kind = RONDO_DRAW_INTEGER, .low = 3, .high = 7};
    int64_t counts[8] = {0};
    draw_all(&draw);
    for (int64_t i = 0; i < DRAWS; i++) {
        CHECK(values[i] == floor(values[i]) && values[i] >= 3 && values[i] <= 7);
        counts[(int)values[i] & 7]++;
    }
    for (int n = 3; n <= 7; n++)
        CHECK_NEAR((double)counts[n], 4000, 0.06);
}

/* P(n) = log((n + 1) / n) / log(5 / 1) of 1 .. 4. */
static void test_log_integer(void)
{
    const rondo_sweep_draw draw = {
        .path = "a", .kind = RONDO_DRAW_LOG_INTEGER, .low = 1, .high = 4};
    static const double expected[] = {0, 0.430676558, 0.251929636, 0.178746922, 0.138646884};
    int64_t counts[8] = {0};
    draw_all(&draw);
    for (int64_t i = 0; i < DRAWS; i++) {
        CHECK(values[i] >= 1 && values[i] <= 4);
        counts[(int)values[i] & 7]++;
    }
    for (int n = 1; n <= 4; n++)
        CHECK(fabs((double)counts[n] / DRAWS - expected[n]) < 0.014); /* 4 standard deviations */
}

static void test_choice(void)
{
    rondo_setting items[] = {{"a", "relu", "x:1:1"}, {"a", "tanh", "x:1:2"}, {"a", "3", "x:1:3"}};
    const rondo_sweep_draw draw = {.path = "a", .kind = RONDO_DRAW_CHOICE, .choices = {3, items}};
    int64_t counts[3] = {0};
    for (int64_t i = 0; i < 3000; i++)
        for (int c = 0; c < 3; c++)
            counts[c] +=
                strcmp(rondo_sweep_draw_value(&draw, 1, i, &owned).value, items[c].value) == 0;
    for (int c = 0; c < 3; c++)
        CHECK(counts[c] > 900 && counts[c] < 1100);
}

/* Known values, so that a search has the same runs in every version and on every machine. */
static void test_a_draw_depends_on_seed_trial_and_key_alone(void)
{
    rondo_sweep_draw draw = {.path = "optimizer.learning_rate",
                             .kind = RONDO_DRAW_LOG_UNIFORM,
                             .low = 1e-4,
                             .high = 0.1};
    CHECK_TEXT(rondo_sweep_draw_value(&draw, 1, 1, &owned).value, "0.000290714");
    CHECK_TEXT(rondo_sweep_draw_value(&draw, 1, 2, &owned).value, "0.0011253");
    CHECK_TEXT(rondo_sweep_draw_value(&draw, 1, 1, &owned).value, "0.000290714");
    CHECK(strcmp(rondo_sweep_draw_value(&draw, 2, 1, &owned).value, "0.000290714") != 0);
    draw.path = "train.weight_noise";
    CHECK(strcmp(rondo_sweep_draw_value(&draw, 1, 1, &owned).value, "0.000290714") != 0);
}

int main(void)
{
    RUN(test_log_uniform);
    RUN(test_one_minus_log_uniform);
    RUN(test_uniform);
    RUN(test_integer);
    RUN(test_log_integer);
    RUN(test_choice);
    RUN(test_a_draw_depends_on_seed_trial_and_key_alone);
    rondo_owned_finish(&owned);
    return check_end();
}
