/* What sampling draws from: temperature, top_k, top_p and the unknown symbol against a plain
 * reading of their definitions, and drawn frequencies against the distribution. */
#include "check.h"

#include <stdlib.h>

#include "base/random.h"
#include "data/text/vocabulary.h"
#include "infer/sampling.h"

enum { MOST = 9, DRAWS = 40000 };

static double uniform(uint64_t stream, uint64_t index)
{
    const rondo_random random = {17, RONDO_FOR_TEST, stream};
    return rondo_random_uniform(&random, index);
}

static bool is_before(const double *weights, int64_t a, int64_t b)
{
    return weights[a] > weights[b] || (weights[a] == weights[b] && a < b);
}

/* Symbols of the rank 0, 1, .. by looking for each rank's owner. */
static int64_t owner_of_rank(const double *weights, int64_t first, int64_t width, int64_t rank)
{
    for (int64_t i = first; i < width; i++) {
        int64_t before = 0;
        for (int64_t j = first; j < width; j++)
            before += is_before(weights, j, i);
        if (before == rank) return i;
    }
    return -1;
}

/* The probabilities by definition. */
static void reference(const rondo_sampling_config *config, const rondo_real *logits, int64_t width,
                      double *probabilities)
{
    int64_t first = config->allow_unknown ? 0 : 1, kept = width - first;
    double weights[MOST] = {0}, largest = -INFINITY, sum = 0, reached = 0;
    for (int64_t i = first; i < width; i++)
        largest = fmax(largest, (double)logits[i]);
    double temperature = config->temperature > 0 ? config->temperature : 1;
    for (int64_t i = first; i < width; i++)
        weights[i] = exp(((double)logits[i] - largest) / temperature);
    if (config->temperature <= 0) kept = 1;
    if (config->top_k > 0 && config->top_k < kept) kept = config->top_k;
    for (int64_t rank = 0; rank < kept; rank++)
        sum += weights[owner_of_rank(weights, first, width, rank)];
    for (int64_t i = 0; i < width; i++)
        probabilities[i] = 0;
    double total = 0;
    for (int64_t rank = 0; rank < kept; rank++) {
        int64_t symbol = owner_of_rank(weights, first, width, rank);
        if (rank > 0 && config->top_p < 1 && reached >= config->top_p * sum) break;
        reached += weights[symbol];
        total += probabilities[symbol] = weights[symbol];
    }
    for (int64_t i = 0; i < width; i++)
        probabilities[i] /= total;
}

static int64_t check_case(const rondo_sampling_config *config, const rondo_real *logits,
                          int64_t width)
{
    rondo_candidate candidates[MOST];
    double weights[MOST], expected[MOST];
    double sum = rondo_sampling_weigh(config, logits, width, candidates, weights);
    int64_t kept = 0;
    reference(config, logits, width, expected);
    for (int64_t i = 0; i < width; i++) {
        CHECK_NEAR(weights[i] / sum, expected[i], 1e-12);
        CHECK((weights[i] > 0) == (expected[i] > 0));
        kept += weights[i] > 0;
    }
    return kept;
}

/* Few distinct logits, so that there are ties at every border. */
static void filters_are_their_definitions(void)
{
    static const double temperatures[] = {0, 0.3, 1, 2.5};
    static const double ps[] = {0, 1e-9, 0.1, 0.25, 0.5, 0.9, 0.999999, 1};
    int64_t kept[MOST + 1] = {0};
    for (uint64_t round = 0; round < 60; round++) {
        int64_t width = 2 + (int64_t)(uniform(1, round) * (MOST - 1));
        int64_t values = 1 + (int64_t)(uniform(2, round) * 5);
        rondo_real logits[MOST];
        for (int64_t i = 0; i < width; i++)
            logits[i] = (rondo_real)floor(uniform(3 + round, (uint64_t)i) * (double)values) - 1;
        for (int64_t k = 0; k <= width + 1; k++)
            for (size_t t = 0; t < sizeof temperatures / sizeof *temperatures; t++)
                for (size_t p = 0; p < sizeof ps / sizeof *ps; p++)
                    for (int allow = 0; allow < 2; allow++) {
                        rondo_sampling_config config = {temperatures[t], k, ps[p], allow != 0};
                        kept[check_case(&config, logits, width)]++;
                    }
    }
    CHECK_INTEGER(kept[0], 0);
    for (int64_t i = 1; i <= MOST; i++)
        CHECK(kept[i] > 0);
}

/* Probabilities 0.4 (unknown), 0.05, 0.3, 0.15, 0.1. */
static const rondo_real example[] = {(rondo_real)-0.916290731874155, (rondo_real)-2.99573227355399,
                                     (rondo_real)-1.20397280432594, (rondo_real)-1.89711998488588,
                                     (rondo_real)-2.30258509299405};

static void check_kept(rondo_sampling_config config, const char *kept)
{
    rondo_candidate candidates[5];
    double weights[5];
    char names[6] = "";
    size_t count = 0;
    rondo_sampling_weigh(&config, example, 5, candidates, weights);
    for (int i = 0; i < 5; i++)
        if (weights[i] > 0) names[count++] = "uabcd"[i];
    names[count] = '\0';
    CHECK_TEXT(names, kept);
}

static void filters_by_hand(void)
{
    check_kept((rondo_sampling_config){1, 0, 1, true}, "uabcd");
    check_kept((rondo_sampling_config){1, 0, 1, false}, "abcd");
    check_kept((rondo_sampling_config){1, 1, 1, true}, "u");
    check_kept((rondo_sampling_config){1, 1, 1, false}, "b");
    check_kept((rondo_sampling_config){1, 2, 1, false}, "bc");
    check_kept((rondo_sampling_config){1, 99, 1, false}, "abcd");
    check_kept((rondo_sampling_config){1, 0, 0, false}, "b");
    check_kept((rondo_sampling_config){1, 0, 1e-300, false}, "b");
    check_kept((rondo_sampling_config){1, 0, 0.49, false}, "b"); /* 0.3 / 0.6 */
    check_kept((rondo_sampling_config){1, 0, 0.51, false}, "bc");
    check_kept((rondo_sampling_config){1, 0, 0.69, true}, "ub");
    check_kept((rondo_sampling_config){1, 0, 0.71, true}, "ubc");
    check_kept((rondo_sampling_config){1, 2, 0.66, false}, "b"); /* 0.3 / 0.45: after top_k */
    check_kept((rondo_sampling_config){1, 2, 0.67, false}, "bc");
    check_kept((rondo_sampling_config){0.01, 0, 0.99, false}, "b"); /* temperature comes first */
    check_kept((rondo_sampling_config){100, 0, 0.5, false}, "bc");
    check_kept((rondo_sampling_config){0, 0, 1, true}, "u");
    check_kept((rondo_sampling_config){0, 0, 1, false}, "b");
}

/* Pearson's statistic of DRAWS symbols of one configuration against the probabilities of another;
 * symbols that cannot be drawn must not come. */
static double chi_square(const rondo_sampling_config *drawn, const rondo_sampling_config *expected)
{
    rondo_candidate candidates[5];
    double weights[5], other[5], statistic = 0;
    int64_t counts[5] = {0};
    double sum = rondo_sampling_weigh(drawn, example, 5, candidates, weights);
    double other_sum = rondo_sampling_weigh(expected, example, 5, candidates, other);
    for (uint64_t i = 0; i < DRAWS; i++)
        counts[rondo_sampling_pick(weights, sum, 5, uniform(99, i))]++;
    for (int i = 0; i < 5; i++) {
        double mean = DRAWS * other[i] / other_sum, difference = (double)counts[i] - mean;
        if (weights[i] <= 0) CHECK_INTEGER(counts[i], 0);
        if (mean > 0) statistic += difference * difference / mean;
    }
    return statistic;
}

static void frequencies_follow_the_distribution(void)
{
    static const rondo_sampling_config configs[] = {{1, 0, 1, true},    {1, 0, 1, false},
                                                    {0.7, 3, 1, false}, {1.5, 0, 0.8, false},
                                                    {2, 4, 0.9, true},  {1, 1, 1, false}};
    enum { COUNT = sizeof configs / sizeof *configs };
    for (int i = 0; i < COUNT; i++)
        for (int j = 0; j < COUNT; j++) {
            double statistic = chi_square(&configs[i], &configs[j]);
            if (i == j)
                CHECK(statistic < 18.5); /* 4 degrees of freedom: one in a thousand */
            else
                CHECK(statistic > 100);
        }
}

/* The ends of [0, 1), and a sum that rounding makes too large to be reached. */
static void the_last_symbol(void)
{
    static const double weights[] = {0, 0.25, 0, 0.75, 0};
    CHECK_INTEGER(rondo_sampling_pick(weights, 1, 5, 0), 1);
    CHECK_INTEGER(rondo_sampling_pick(weights, 1, 5, 0.2499), 1);
    CHECK_INTEGER(rondo_sampling_pick(weights, 1, 5, 0.25), 3);
    CHECK_INTEGER(rondo_sampling_pick(weights, 1, 5, 1 - 1e-16), 3);
    CHECK_INTEGER(rondo_sampling_pick(weights, 1.0000001, 5, 1 - 1e-16), 3);
}

int main(void)
{
    RUN(filters_are_their_definitions);
    RUN(filters_by_hand);
    RUN(frequencies_follow_the_distribution);
    RUN(the_last_symbol);
    return check_end();
}
