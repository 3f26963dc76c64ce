/* Each branch of the verdict's rule, on data made for it. */
#include "statistics/verdict.h"

#include "check.h"
#include "statistics/power.h"

static const double losses[3 * 10] = {
    8.421, 8.437, 8.402, 8.455, 8.419, 8.430, 8.411, 8.448, 8.426, 8.415, /* a */
    8.412, 8.425, 8.407, 8.431, 8.409, 8.424, 8.405, 8.436, 8.418, 8.404, /* b */
    8.470, 8.442, 8.481, 8.459, 8.466, 8.490, 8.447, 8.475, 8.468, 8.452  /* c */
};

static const rondo_verdict_rule all_pairs = {.baseline = -1, .alpha = 0.05, .power = 0.8};

static void decide(const double *values, const bool *present, int32_t variants, int64_t seeds,
                   const rondo_verdict_rule *rule, rondo_verdict_pair *pairs)
{
    rondo_error error = {0};
    CHECK_INTEGER(rondo_verdict_decide(values, present, variants, seeds, rule, pairs, &error),
                  RONDO_OK);
}

static void test_example(void)
{
    rondo_verdict_pair pairs[3];
    decide(losses, NULL, 3, 10, &all_pairs, pairs);
    CHECK_INTEGER(rondo_verdict_count(3, -1), 3);
    CHECK_INTEGER(pairs[0].first * 10 + pairs[0].second, 1);
    CHECK_INTEGER(pairs[1].first * 10 + pairs[1].second, 2);
    CHECK_INTEGER(pairs[2].first * 10 + pairs[2].second, 12);
    CHECK_NEAR(pairs[0].t_holm, 0.002659668318338343, 1e-12);
    CHECK_NEAR(pairs[1].t_holm, 0.0009708390230848113, 1e-12);
    CHECK_NEAR(pairs[2].t_holm, 3.060132359766261e-05, 1e-12);
    CHECK_NEAR(pairs[0].flip_holm, 0.005859375, 1e-15); /* raised to 3 * 2^-9 */
    CHECK_NEAR(pairs[1].flip_holm, 0.005859375, 1e-15);
    CHECK_NEAR(pairs[0].better, 0.1, 1e-15);
    CHECK_INTEGER(pairs[0].verdict, RONDO_WORSE);
    CHECK_INTEGER(pairs[1].verdict, RONDO_BETTER);
    CHECK_INTEGER(pairs[2].verdict, RONDO_BETTER);
    CHECK_INTEGER(pairs[0].seeds_needed + pairs[0].more_seeds, 0);
    CHECK(!pairs[0].too_few && !pairs[0].within_margin && pairs[0].equivalence.p == 1);
}

static void test_direction_and_baseline(void)
{
    rondo_verdict_rule rule = all_pairs;
    rule.higher_is_better = true;
    rule.baseline = 1;
    rondo_verdict_pair pairs[2];
    CHECK_INTEGER(rondo_verdict_count(3, 1), 2);
    decide(losses, NULL, 3, 10, &rule, pairs);
    CHECK_INTEGER(pairs[0].first * 10 + pairs[0].second, 1);
    CHECK_INTEGER(pairs[1].first * 10 + pairs[1].second, 21);
    CHECK_INTEGER(pairs[0].verdict, RONDO_BETTER);
    CHECK_INTEGER(pairs[1].verdict, RONDO_BETTER);
    CHECK_NEAR(pairs[0].better, 0.9, 1e-15);
    CHECK(pairs[1].test.difference.mean > 0);
}

/* Equivalence where a margin was declared; a difference that is there and does not matter is both.
 */
static void test_margin(void)
{
    rondo_verdict_rule rule = all_pairs;
    rondo_verdict_pair pair;
    rule.margin = 0.05;
    decide(losses, NULL, 2, 10, &rule, &pair);
    CHECK_INTEGER(pair.verdict, RONDO_WORSE);
    CHECK(pair.within_margin);
    rule.margin = 0.009;
    decide(losses, NULL, 2, 10, &rule, &pair);
    CHECK(!pair.within_margin && pair.verdict == RONDO_WORSE);
    double same[2 * 8] = {1, 2, 3, 4, 5, 6, 7, 8, 1.02, 1.97, 3.03, 3.98, 4.99, 6.02, 7.01, 7.98};
    rule.margin = 0.1;
    decide(same, NULL, 2, 8, &rule, &pair);
    CHECK_INTEGER(pair.verdict, RONDO_EQUIVALENT);
    CHECK_INTEGER(pair.more_seeds, 0);
    rule.margin = 0;
    decide(same, NULL, 2, 8, &rule, &pair);
    CHECK_INTEGER(pair.verdict, RONDO_NOT_ESTABLISHED);
    CHECK_INTEGER(pair.seeds_needed, RONDO_SEEDS_MOST + 1);
}

/* Five seeds establish nothing however far apart, and say how many would. */
static void test_too_few(void)
{
    double apart[2 * 6] = {1, 1.01, 1.02, 1.03, 1.04, 1.06, 2, 2.02, 2.01, 2.05, 2.03, 2.04};
    bool present[12] = {true, true, true, true, true, false, true, true, true, true, true, true};
    rondo_verdict_pair pair;
    decide(apart, present, 2, 6, &all_pairs, &pair);
    CHECK_INTEGER(pair.test.difference.count, 5);
    CHECK_INTEGER(pair.left_out, 1);
    CHECK(pair.test.p < 1e-5 && pair.too_few);
    CHECK_INTEGER(pair.verdict, RONDO_NOT_ESTABLISHED);
    CHECK_INTEGER(pair.seeds_needed, 6);
    CHECK_INTEGER(pair.more_seeds, 1);
    present[5] = true;
    decide(apart, present, 2, 6, &all_pairs, &pair);
    CHECK(!pair.too_few && pair.verdict == RONDO_BETTER && pair.left_out == 0);
    apart[5] = NAN; /* a run that diverged is not there */
    decide(apart, present, 2, 6, &all_pairs, &pair);
    CHECK(pair.too_few && pair.left_out == 1);
    bool none[12] = {false};
    decide(apart, none, 2, 6, &all_pairs, &pair);
    CHECK(pair.test.p == 1 && pair.t_holm == 1 && pair.flip.p == 1);
    CHECK_INTEGER(pair.more_seeds, RONDO_SEEDS_MOST + 1);
}

/* The t test alone is not enough: seven of one sign and one that is far to the other. */
static void test_both_tests(void)
{
    double zeros_and_more[2 * 7] = {0, 0, 0, 0, 0, 0, 0, 1, 1.2, 0.9, 1.1, 1, -0.25, 0.8};
    rondo_verdict_pair pair;
    decide(zeros_and_more, NULL, 2, 7, &all_pairs, &pair);
    CHECK(pair.test.p < 0.05 && pair.flip.p < 0.05);
    CHECK_INTEGER(pair.verdict, RONDO_BETTER);
    double noisy[2 * 6] = {0, 0, 0, 0, 0, 0, 1, 1.2, 0.9, 1.1, 1, -0.05};
    decide(noisy, NULL, 2, 6, &all_pairs, &pair);
    CHECK(pair.t_holm < 0.05 && pair.flip.p > 0.05);
    CHECK_INTEGER(pair.verdict, RONDO_NOT_ESTABLISHED);
    CHECK_INTEGER(pair.more_seeds, 1);
}

/* A third variant makes the family three, and what was just enough for one pair is not any more. */
static void test_family(void)
{
    double values[3 * 8] = {0.9, -0.2, 0.7, 1.1, 0.3, 0.6,  -0.1, 0.5,  0,   0,    0,   0,
                            0,   0,    0,   0,   0.1, -0.2, 0.3,  -0.1, 0.2, -0.3, 0.1, -0.1};
    rondo_verdict_pair pairs[3];
    decide(values, NULL, 2, 8, &all_pairs, pairs);
    CHECK_INTEGER(pairs[0].verdict, RONDO_WORSE);
    double alone = pairs[0].t_holm;
    decide(values, NULL, 3, 8, &all_pairs, pairs);
    CHECK(pairs[0].test.p == alone && pairs[0].t_holm > 0.05);
    CHECK_INTEGER(pairs[0].verdict, RONDO_NOT_ESTABLISHED);
}

/* The family of a baseline, listed by hand. */
static void test_own_pairs(void)
{
    rondo_error error = {0};
    rondo_verdict_pair by_rule[2],
        by_hand[2] = {{.first = 0, .second = 1}, {.first = 2, .second = 1}};
    rondo_verdict_rule rule = all_pairs;
    rule.baseline = 1;
    decide(losses, NULL, 3, 10, &rule, by_rule);
    rule.baseline = -1;
    CHECK_INTEGER(rondo_verdict_decide_pairs(losses, NULL, 3, 10, &rule, by_hand, 2, &error),
                  RONDO_OK);
    for (int i = 0; i < 2; i++) {
        CHECK_INTEGER(by_hand[i].verdict, by_rule[i].verdict);
        CHECK(by_hand[i].t_holm == by_rule[i].t_holm && by_hand[i].first == by_rule[i].first);
    }
    by_hand[1].second = 3;
    CHECK_INTEGER(rondo_verdict_decide_pairs(losses, NULL, 3, 10, &rule, by_hand, 2, &error),
                  RONDO_USAGE);
    CHECK_TEXT(error.text, "2 and 3 are no pair of 3 variants");
}

static void test_bad_rule(void)
{
    rondo_error error = {0};
    rondo_verdict_pair pairs[3];
    rondo_verdict_rule rule = all_pairs;
    rule.alpha = 0.5;
    CHECK_INTEGER(rondo_verdict_decide(losses, NULL, 3, 10, &rule, pairs, &error), RONDO_USAGE);
    CHECK_TEXT(error.text, "alpha 0.5 is not between 0 and 0.5");
    rule = all_pairs;
    rule.margin = -1;
    CHECK_INTEGER(rondo_verdict_decide(losses, NULL, 3, 10, &rule, pairs, &error), RONDO_USAGE);
    rule = all_pairs;
    rule.baseline = 3;
    CHECK_INTEGER(rondo_verdict_decide(losses, NULL, 3, 10, &rule, pairs, &error), RONDO_USAGE);
    rule = all_pairs;
    rule.power = 1;
    CHECK_INTEGER(rondo_verdict_decide(losses, NULL, 3, 10, &rule, pairs, &error), RONDO_USAGE);
    CHECK_INTEGER(rondo_verdict_count(1, -1), 0);
    CHECK_TEXT(rondo_verdict_name(RONDO_NOT_ESTABLISHED), "not established");
    CHECK_TEXT(rondo_verdict_name(RONDO_EQUIVALENT), "equivalent");
}

int main(void)
{
    RUN(test_example);
    RUN(test_direction_and_baseline);
    RUN(test_margin);
    RUN(test_too_few);
    RUN(test_both_tests);
    RUN(test_family);
    RUN(test_own_pairs);
    RUN(test_bad_rule);
    return check_end();
}
