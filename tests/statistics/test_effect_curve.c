/* Effects of the parameters of functions whose shares are known, from 40, 100 and 400 trials of a
 * random search: how far the mean of the estimates is from the truth, how much one scatters, and
 * how many of the 95 % intervals hold it. */
#include "statistics/effect_curve.h"

#include "base/random.h"
#include "check.h"

enum { TIMES = 150, MOST_TRIALS = 400, PARAMETERS = 3 };

static rondo_error error;

typedef struct planted {
    const char *name;
    double (*function)(const double x[PARAMETERS], double noise);
    double share[PARAMETERS]; /* x uniform in [0, 1), noise standard normal */
} planted;

/* Shares 1/2, 1/3 and 0 of 1, and noise 1/6: cos(pi x) has variance 1/2, x has 1/12. */
static double additive(const double x[PARAMETERS], double noise)
{
    return cos(M_PI * x[0]) + 2 * x[1] + noise * sqrt(1.0 / 6);
}

/* Centred u, v with variance 1/3: 3/10 each, the product 4/10. */
static double interaction(const double x[PARAMETERS], double noise)
{
    double u = 2 * x[0] - 1, v = 2 * x[1] - 1;
    (void)noise;
    return u + v + 2 * u * v;
}

/* What a learning rate does: a valley, then divergence. The second parameter adds 1/12, noise 0.04.
 */
static double valley(const double x[PARAMETERS], double noise)
{
    return 4 * (x[0] - 0.5) * (x[0] - 0.5) + (x[0] > 0.8 ? 2 : 0) + x[1] + 0.2 * noise;
}

/* Ishigami & Homma 1990 with a = 7, b = 0.1: 0.3139, 0.4424 and 0; the rest is interaction. */
static double ishigami(const double x[PARAMETERS], double noise)
{
    double a = M_PI * (2 * x[0] - 1), b = M_PI * (2 * x[1] - 1), c = M_PI * (2 * x[2] - 1);
    (void)noise;
    return sin(a) + 7 * sin(b) * sin(b) + 0.1 * pow(c, 4) * sin(a);
}

static const planted functions[] = {
    {"additive", additive, {0.5, 1.0 / 3, 0}},
    {"interaction", interaction, {0.3, 0.3, 0}},
    {"valley", valley, {0, 0, 0}}, /* by valley_shares */
    {"ishigami", ishigami, {0.3138, 0.4424, 0}},
};

static void valley_shares(double share[PARAMETERS])
{
    /* Var of 4 (x - 0.5)^2 is 16 / 180, of the step 2^2 * 0.2 * 0.8. */
    double mean_above = 4 * (0.125 - 0.027) / 3 / 0.2; /* of 4 (x - 0.5)^2 above 0.8 */
    double covariance = 2 * 0.2 * (mean_above - 4.0 / 12);
    double first = 16.0 / 180 + 4 * 0.16 + 2 * covariance, all = first + 1.0 / 12 + 0.04;
    share[0] = first / all;
    share[1] = 1.0 / 12 / all;
    share[2] = 0;
}

typedef struct summary {
    double mean[PARAMETERS], square[PARAMETERS];
    int covered[PARAMETERS];
} summary;

static summary repeat(const planted *p, const double share[PARAMETERS], int64_t trials)
{
    static double values[PARAMETERS][MOST_TRIALS], outcome[MOST_TRIALS];
    summary sum = {{0}, {0}, {0}};
    for (int time = 0; time < TIMES; time++) {
        rondo_random random = {.seed = (uint64_t)time, .purpose = RONDO_FOR_TEST, .step = 18};
        for (int64_t i = 0; i < trials; i++) {
            double x[PARAMETERS];
            for (int k = 0; k < PARAMETERS; k++)
                x[k] = values[k][i] = rondo_random_uniform(&random, (uint64_t)(i * 4 + k));
            outcome[i] = p->function(x, rondo_random_normal(&random, (uint64_t)(i * 4 + 3)));
        }
        rondo_effect_curve effects[PARAMETERS];
        for (int k = 0; k < PARAMETERS; k++)
            CHECK_INTEGER(
                rondo_effect_curve_fit(values[k], outcome, trials, 0, 0.95, &effects[k], &error),
                RONDO_OK);
        for (int k = 0; k < PARAMETERS; k++) {
            sum.mean[k] += effects[k].share / TIMES;
            sum.square[k] += (effects[k].share - share[k]) * (effects[k].share - share[k]) / TIMES;
            sum.covered[k] += effects[k].low <= share[k] && share[k] <= effects[k].high;
        }
    }
    return sum;
}

static void test_planted(void)
{
    for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++) {
        double share[PARAMETERS];
        memcpy(share, functions[f].share, sizeof share);
        if (functions[f].function == valley) valley_shares(share);
        for (int64_t trials = 40; trials <= 400; trials = trials == 40 ? 100 : trials * 4) {
            summary sum = repeat(&functions[f], share, trials);
            printf("%-12s %3d trials:", functions[f].name, (int)trials);
            for (int k = 0; k < PARAMETERS; k++)
                printf("  %.3f true, %.3f (scatter %.3f, %.0f %% hold it)", share[k], sum.mean[k],
                       sqrt(sum.square[k]), 100.0 * sum.covered[k] / TIMES);
            printf("\n");
            for (int k = 0; k < PARAMETERS; k++) {
                CHECK(fabs(sum.mean[k] - share[k]) < (trials == 40    ? 0.15
                                                      : trials == 100 ? 0.06
                                                                      : 0.03));
                CHECK(sqrt(sum.square[k]) < (trials == 40 ? 0.25 : trials == 100 ? 0.12 : 0.07));
                /* The step is smoothed: at 400 trials its bias is more than half an interval's
                 * half. */
                double least = trials == 40 ? 0.75 : functions[f].function == valley ? 0.7 : 0.85;
                CHECK(sum.covered[k] > TIMES * least);
            }
        }
    }
}

/* Of choices: means that differ by known steps; one that does nothing; and what does not fit. */
static void test_choices(void)
{
    double cell[90], dull[90], outcome[90];
    for (int i = 0; i < 90; i++) {
        cell[i] = i % 3;
        dull[i] = i / 3 % 2;
        outcome[i] = (i % 3 == 2 ? 1 : 0) + 0.05 * sin(i * 1.3);
    }
    rondo_effect_curve effects[2];
    CHECK_INTEGER(rondo_effect_curve_fit(cell, outcome, 90, 3, 0.95, &effects[0], &error),
                  RONDO_OK);
    CHECK_INTEGER(rondo_effect_curve_fit(dull, outcome, 90, 2, 0.95, &effects[1], &error),
                  RONDO_OK);
    CHECK(effects[0].share > 0.98 && effects[0].low > 0.97 && effects[0].pieces == 3);
    CHECK(effects[1].share == 0 && effects[1].pieces == 0);
}

static void check_refused(const double *values, const double *outcome, int64_t trials,
                          int32_t choices, const char *message)
{
    rondo_effect_curve effect;
    error = (rondo_error){0};
    CHECK_INTEGER(rondo_effect_curve_fit(values, outcome, trials, choices, 0.95, &effect, &error),
                  RONDO_USAGE);
    CHECK_TEXT(error.text, message);
}

static void test_refused(void)
{
    double values[20] = {0}, outcome[20] = {0};
    rondo_effect_curve effect;
    check_refused(values, outcome, 7, 0, "7 trials: an effect needs at least 8");
    CHECK_INTEGER(rondo_effect_curve_fit(values, outcome, 20, 0, 0.95, &effect, &error), RONDO_OK);
    CHECK(effect.share == 0); /* nothing varies */
    outcome[4] = NAN;
    check_refused(values, outcome, 20, 0, "trial 5 has no finite outcome");
    outcome[4] = 0;
    values[2] = INFINITY;
    check_refused(values, outcome, 20, 0, "trial 3 has the value inf");
    values[2] = 2;
    check_refused(values, outcome, 20, 2, "trial 3 has the value 2");
    check_refused(values, outcome, 20, 17, "17 choices: 2 to 16");
    check_refused(values, outcome, 20, 1, "1 choices: 2 to 16");
}

int main(void)
{
    RUN(test_planted);
    RUN(test_choices);
    RUN(test_refused);
    return check_end();
}
