/* The verdicts are calibrated: simulated sweeps, their noise resampled from 60 real runs
 * (residuals.py), through the very function that judges a report's (statistics/verdict.h).
 *
 * RONDO_CALIBRATION_SWEEPS: how many sweeps a case instead of 10,000. */
#include "statistics/verdict.h"

#include <stdlib.h>

#include "base/random.h"
#include "check.h"
#include "statistics/power.h"

enum { RESIDUALS = 60, MOST_SEEDS = 60, MOST_VARIANTS = 3 };

static double residual[RESIDUALS]; /* mean 0, standard deviation 1 */
static int64_t sweeps = 10000;

static void read_residuals(void)
{
    FILE *file = fopen(RONDO_SOURCE_DIR "/tests/statistics/residuals.txt", "r");
    char line[256];
    int count = 0;
    double sum = 0, squares = 0;
    while (file && fgets(line, sizeof line, file) && count < RESIDUALS)
        if (line[0] != '#') sum += residual[count++] = strtod(line, NULL);
    CHECK_INTEGER(count, RESIDUALS);
    for (int i = 0; i < RESIDUALS; i++) {
        residual[i] -= sum / RESIDUALS;
        squares += residual[i] * residual[i];
    }
    for (int i = 0; i < RESIDUALS; i++)
        residual[i] /= sqrt(squares / RESIDUALS);
    CHECK(squares > 0);
    if (file) fclose(file);
}

/* One sweep: every value a loss of a real run, drawn anew. Variant 0 is worse by `shift`. */
static void draw_sweep(int64_t sweep, int32_t variants, int64_t seeds, double shift, double *values)
{
    rondo_random random = {.seed = (uint64_t)sweep, .purpose = RONDO_FOR_TEST, .step = 16};
    for (int64_t i = 0; i < variants * seeds; i++) {
        double uniform = rondo_random_uniform(&random, (uint64_t)i);
        values[i] = 0.8 + 0.07 * (residual[(int)(uniform * RESIDUALS)] + (i < seeds ? shift : 0));
    }
}

typedef struct outcome {
    int64_t sweeps, claims, unadjusted; /* sweeps with any claim; with any p below 0.05 */
    int64_t pairs, covered;             /* t intervals of differences that hold the true one */
    int64_t means, means_covered;       /* of variants' means */
    int64_t found, wrong;               /* first of two is worse, as it is; the reverse */
    int64_t estimates;                  /* of seeds, of not established pairs of two variants */
    int64_t *needed;
} outcome;

static void count_pairs(const rondo_verdict_pair *pairs, int64_t count, double difference,
                        outcome *out)
{
    bool claim = false, small = false;
    for (int64_t i = 0; i < count; i++) {
        double truth = pairs[i].first == 0 ? difference : 0;
        claim |= pairs[i].verdict != RONDO_NOT_ESTABLISHED;
        small |= pairs[i].test.p < 0.05;
        out->found += pairs[i].verdict == RONDO_WORSE;
        out->wrong += pairs[i].verdict == RONDO_BETTER;
        out->pairs++;
        out->covered +=
            pairs[i].test.difference.low <= truth && truth <= pairs[i].test.difference.high;
        if (pairs[i].verdict == RONDO_NOT_ESTABLISHED)
            out->needed[out->estimates++] = pairs[i].seeds_needed;
    }
    out->sweeps++;
    out->claims += claim;
    out->unadjusted += small;
}

static void simulate(int32_t variants, int64_t seeds, double d_z, outcome *out)
{
    double values[MOST_VARIANTS * MOST_SEEDS],
        shift = d_z * sqrt(2); /* of a difference's deviation */
    rondo_verdict_pair pairs[MOST_VARIANTS];
    rondo_verdict_rule rule = {.baseline = -1, .alpha = 0.05, .power = 0.8};
    rondo_error error = {0};
    int64_t count = rondo_verdict_count(variants, -1);
    *out = (outcome){.needed = calloc((size_t)(sweeps * count), sizeof(int64_t))};
    for (int64_t sweep = 0; sweep < sweeps; sweep++) {
        draw_sweep(sweep, variants, seeds, shift, values);
        if (rondo_verdict_decide(values, NULL, variants, seeds, &rule, pairs, &error) != RONDO_OK)
            CHECK_TEXT(error.text, "");
        count_pairs(pairs, count, 0.07 * shift, out);
        for (int32_t v = 1; v < variants; v++) {
            rondo_t_interval mean = rondo_t_interval_of(values + v * seeds, seeds, 0.95);
            out->means++;
            out->means_covered += mean.low <= 0.8 && 0.8 <= mean.high;
        }
    }
}

static double share(int64_t part, int64_t whole)
{
    return (double)part / (double)whole;
}

/* No difference between three variants. */
static void check_null(int64_t seeds)
{
    outcome out;
    simulate(3, seeds, 0, &out);
    double coverage = share(out.covered, out.pairs);
    double of_means = share(out.means_covered, out.means);
    printf("%d seeds, no difference: %.2f %% of sweeps claim anything (one p below 0.05: %.2f %%); "
           "intervals of differences cover %.2f %%, of means %.2f %%\n",
           (int)seeds, 100 * share(out.claims, out.sweeps), 100 * share(out.unadjusted, out.sweeps),
           100 * coverage, 100 * of_means);
    CHECK(share(out.claims, out.sweeps) <= 0.05);
    CHECK(share(out.claims, out.sweeps) >= 0.005);   /* it can claim */
    CHECK(share(out.unadjusted, out.sweeps) > 0.08); /* so many without Holm: the test sees it */
    CHECK(coverage >= 0.94 && coverage <= 0.96);
    CHECK(of_means >= 0.94 && of_means <= 0.96);
    free(out.needed);
}

static void test_no_difference(void)
{
    check_null(6);
    check_null(10);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Two variants that differ by d_z deviations of the difference. */
static void check_effect(int64_t seeds, double d_z, double least_found, bool median)
{
    outcome out;
    simulate(2, seeds, d_z, &out);
    int64_t truth = rondo_paired_t_seeds(d_z, 0.05, 0.8);
    qsort(out.needed, (size_t)out.estimates, sizeof(int64_t), by_size);
    double found = share(out.found, out.sweeps), coverage = share(out.covered, out.pairs);
    int64_t *quarter = out.needed + out.estimates / 4, *half = out.needed + out.estimates / 2;
    printf(
        "%d seeds, d_z %.2f: %.1f %% found, %.2f %% reversed; coverage %.2f %%; not established: "
        "%lld, seeds needed %lld (quartiles %lld to %lld), truly %lld\n",
        (int)seeds, d_z, 100 * found, 100 * share(out.wrong, out.sweeps), 100 * coverage,
        (long long)out.estimates, (long long)*half, (long long)*quarter,
        (long long)out.needed[out.estimates * 3 / 4], (long long)truth);
    CHECK(found >= least_found);
    CHECK(out.wrong * 100 < out.sweeps);
    CHECK(coverage >= 0.94 && coverage <= 0.96);
    if (median) CHECK(fabs((double)(*half - truth)) <= 0.25 * (double)truth);
    free(out.needed);
}

static void test_effects(void)
{
    check_effect(10, 1, 0.78, true);
    sweeps /= 3;
    check_effect(10, 0.8, 0.55, true);
    check_effect(10, 0.6, 0.3, true);
    check_effect(20, 0.5, 0.5, true);
}

int main(void)
{
    const char *wanted = getenv("RONDO_CALIBRATION_SWEEPS");
    if (wanted) sweeps = strtoll(wanted, NULL, 10);
    RUN(read_residuals);
    RUN(test_no_difference);
    RUN(test_effects);
    return check_end();
}
