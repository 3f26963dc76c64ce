/* What a comparison of variants over shared seeds may claim: the one function behind every verdict
 * of a report. Its error rates are held by tests/statistics/test_calibration.c.
 *
 * The rule. The declared family is every variant against the baseline, or every pair.
 *   better, worse    the paired t test, its p adjusted by Holm over the family, is below alpha, AND
 *                    the pair's own sign-flip p is.
 *   equivalent       not so, a margin was declared, and both one-sided t tests against it, adjusted
 *                    by Holm over the family, are below alpha.
 *   not established  all else.
 *
 * Holm acts on the t test, which so bounds the error of the whole family; the sign-flip test, which
 * needs no normal noise, is a condition on each pair and can only take claims away. It is not
 * adjusted: with n seeds its p is 2^(1-n) at the least, so that six seeds of three variants could
 * never establish anything (3 * 2^-5 = 0.094), whatever was measured. Its adjusted p is given for
 * who wants to be stricter.
 * With fewer shared seeds than the exact test needs to get below alpha (6 for 0.05), nothing is
 * ever established, equivalence neither.
 *
 * More seeds. `seeds_needed` is the number of shared seeds with which the paired t test has the
 * wanted power, at the level that Holm gives the pair at its place in the family. It is computed
 * for the effect rondo_effect_not_significant gives (statistics/power.h), which is right in the
 * median over comparisons that were not established; a single one scatters widely, as any estimate
 * from few seeds does.
 */
#ifndef RONDO_STATISTICS_VERDICT_H
#define RONDO_STATISTICS_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "statistics/paired.h"

typedef struct rondo_verdict_rule {
    bool higher_is_better;
    int32_t baseline; /* a variant's place; negative: all pairs */
    double margin;    /* a difference that does not matter is smaller than this; 0: none declared */
    double alpha;     /* 0.05; t intervals have confidence 1 - alpha */
    double power;     /* 0.8 */
    uint64_t seed;    /* of random signs, beyond RONDO_SIGN_FLIP_EXACT shared seeds */
} rondo_verdict_rule;

typedef enum rondo_verdict {
    RONDO_NOT_ESTABLISHED,
    RONDO_BETTER, /* `first` is better than `second` */
    RONDO_WORSE,
    RONDO_EQUIVALENT
} rondo_verdict;

typedef struct rondo_verdict_pair {
    int32_t first, second; /* variants; of a comparison with a baseline `second` is that */
    int64_t left_out;      /* seeds that one of them has a finite value for and the other not */
    rondo_paired_t test;   /* of first - second over the shared seeds; its count is theirs */
    double better;         /* share of shared seeds where first is better, ties half */
    rondo_sign_flip flip;
    double t_holm, flip_holm;      /* adjusted over the family */
    rondo_equivalence equivalence; /* p 1 without a margin */
    double equivalence_holm;
    rondo_verdict verdict;
    bool within_margin; /* the equivalence is shown: of a better or worse one, a difference that is
                           there and does not matter */
    bool too_few;       /* fewer shared seeds than any exact test needs for alpha */
    /* Of a pair that is not established: */
    double effect;        /* |d_z| that the seeds below are computed for */
    int64_t seeds_needed; /* in all; RONDO_SEEDS_MOST + 1: more than can be said. Else 0. */
    int64_t more_seeds;   /* beside the shared ones, at least 1; where seeds_needed cannot be said,
                             what would make it RONDO_SEEDS_MOST + 1. Else 0. */
} rondo_verdict_pair;

/* Pairs of the family: variants - 1 with a baseline, else variants (variants - 1) / 2. [any] */
int64_t rondo_verdict_count(int32_t variants, int32_t baseline);

/* Decides every pair of the family, in order of `first`, then `second` (each first < second where
 * all pairs are compared). `values[v * seeds + s]` is the metric of variant v with seed s,
 * `present` alike (NULL: all are there); a value that is not finite is not there. `pairs` has room
 * for rondo_verdict_count. RONDO_FAILED where memory is short, RONDO_USAGE where the rule is none.
 * [any]
 */
rondo_status rondo_verdict_decide(const double *values, const bool *present, int32_t variants,
                                  int64_t seeds, const rondo_verdict_rule *rule,
                                  rondo_verdict_pair *pairs, rondo_error *error);

/* The same for a family of one's own: `first` and `second` of all `count` pairs are given, and
 * rule->baseline is not looked at. [any] */
rondo_status rondo_verdict_decide_pairs(const double *values, const bool *present, int32_t variants,
                                        int64_t seeds, const rondo_verdict_rule *rule,
                                        rondo_verdict_pair *pairs, int64_t count,
                                        rondo_error *error);

/* "better", "worse", "equivalent", "not established". [any] */
const char *rondo_verdict_name(rondo_verdict verdict);

#endif
