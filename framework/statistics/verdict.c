#include "statistics/verdict.h"

#include <math.h>

#include "base/memory.h"
#include "statistics/power.h"

int64_t rondo_verdict_count(int32_t variants, int32_t baseline)
{
    if (variants < 2) return 0;
    return baseline >= 0 ? variants - 1 : (int64_t)variants * (variants - 1) / 2;
}

const char *rondo_verdict_name(rondo_verdict verdict)
{
    static const char *const names[] = {"not established", "better", "worse", "equivalent"};
    return names[verdict];
}

typedef struct matrix {
    const double *values;
    const bool *present;
    int64_t seeds;
} matrix;

static bool has(const matrix *m, int32_t variant, int64_t seed)
{
    int64_t place = variant * m->seeds + seed;
    return (!m->present || m->present[place]) && isfinite(m->values[place]);
}

/* Copies the shared seeds' values to a and b; returns how many. */
static int64_t share(const matrix *m, rondo_verdict_pair *pair, double *a, double *b)
{
    int64_t shared = 0;
    for (int64_t seed = 0; seed < m->seeds; seed++) {
        bool first = has(m, pair->first, seed), second = has(m, pair->second, seed);
        pair->left_out += first != second;
        if (!first || !second) continue;
        a[shared] = m->values[pair->first * m->seeds + seed];
        b[shared++] = m->values[pair->second * m->seeds + seed];
    }
    return shared;
}

/* All that is the pair's own. `room` holds two rows of seeds. */
static void measure(const matrix *m, const rondo_verdict_rule *rule, double *room,
                    rondo_verdict_pair *pair)
{
    double *a = room, *b = room + m->seeds;
    int64_t shared = share(m, pair, a, b);
    pair->test = rondo_paired_t_test(a, b, shared, 1 - rule->alpha);
    pair->flip = rondo_sign_flip_test(a, b, shared, rule->seed);
    pair->better =
        rule->higher_is_better ? 1 - pair->test.better_smaller : pair->test.better_smaller;
    pair->equivalence = rondo_equivalence_test(a, b, shared, rule->margin);
    pair->too_few = shared < rondo_sign_flip_fewest(rule->alpha);
}

static void list_pairs(int32_t variants, int32_t baseline, rondo_verdict_pair *pairs)
{
    int64_t count = 0;
    for (int32_t first = 0; first < variants; first++) {
        int32_t from = baseline >= 0 ? baseline : first + 1;
        int32_t to = baseline >= 0 ? baseline + 1 : variants;
        for (int32_t second = from; second < to; second++)
            if (first != second)
                pairs[count++] = (rondo_verdict_pair){.first = first, .second = second};
    }
}

/* Holm over the family for each of the three tests. `p` and `holm` hold a number a pair. */
static void adjust(rondo_verdict_pair *pairs, int64_t count, double *p, double *holm)
{
    for (int test = 0; test < 3; test++) {
        for (int64_t i = 0; i < count; i++)
            p[i] = test == 0   ? pairs[i].test.p
                   : test == 1 ? pairs[i].flip.p
                               : pairs[i].equivalence.p;
        rondo_holm(p, count, holm);
        for (int64_t i = 0; i < count; i++)
            *(test == 0   ? &pairs[i].t_holm
              : test == 1 ? &pairs[i].flip_holm
                          : &pairs[i].equivalence_holm) = holm[i];
    }
}

static rondo_verdict decide(const rondo_verdict_rule *rule, rondo_verdict_pair *pair)
{
    if (pair->too_few) return RONDO_NOT_ESTABLISHED;
    pair->within_margin = pair->equivalence_holm < rule->alpha;
    if (pair->t_holm < rule->alpha && pair->flip.p < rule->alpha) {
        bool first_higher = pair->test.difference.mean > 0;
        return first_higher == rule->higher_is_better ? RONDO_BETTER : RONDO_WORSE;
    }
    return pair->within_margin ? RONDO_EQUIVALENT : RONDO_NOT_ESTABLISHED;
}

/* `before`: pairs of the family that stand before this one in Holm's order. */
static void estimate_seeds(const rondo_verdict_rule *rule, int64_t family, int64_t before,
                           rondo_verdict_pair *pair)
{
    int64_t shared = pair->test.difference.count;
    double level = rule->alpha / (double)(family - before);
    /* Too few are never established: no selection to correct for. */
    pair->effect = pair->too_few ? fabs(pair->test.d_z)
                                 : rondo_effect_not_significant(pair->test.t, shared, level);
    int64_t needed = rondo_paired_t_seeds(pair->effect, level, rule->power);
    int64_t fewest = rondo_sign_flip_fewest(rule->alpha);
    pair->seeds_needed = needed < fewest ? fewest : needed;
    pair->more_seeds = pair->seeds_needed > shared ? pair->seeds_needed - shared : 1;
}

static rondo_status check(const rondo_verdict_rule *rule, int32_t variants, rondo_error *error)
{
    if (!(rule->alpha > 0 && rule->alpha < 0.5))
        return rondo_error_set(error, RONDO_USAGE, "alpha %g is not between 0 and 0.5",
                               rule->alpha);
    if (!(rule->power > 0 && rule->power < 1))
        return rondo_error_set(error, RONDO_USAGE, "power %g is not between 0 and 1", rule->power);
    if (!(rule->margin >= 0) || isinf(rule->margin))
        return rondo_error_set(error, RONDO_USAGE, "margin %g is not a number from 0 on",
                               rule->margin);
    if (rule->baseline >= variants)
        return rondo_error_set(error, RONDO_USAGE, "baseline %d of %d variants", rule->baseline,
                               variants);
    return RONDO_OK;
}

static rondo_status check_pairs(const rondo_verdict_pair *pairs, int64_t count, int32_t variants,
                                rondo_error *error)
{
    for (int64_t i = 0; i < count; i++) {
        int32_t first = pairs[i].first, second = pairs[i].second;
        if (first < 0 || first >= variants || second < 0 || second >= variants || first == second)
            return rondo_error_set(error, RONDO_USAGE, "%d and %d are no pair of %d variants",
                                   first, second, variants);
    }
    return RONDO_OK;
}

static void decide_family(const rondo_verdict_rule *rule, rondo_verdict_pair *pairs, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        int64_t before = 0;
        for (int64_t k = 0; k < count; k++)
            before +=
                pairs[k].test.p < pairs[i].test.p || (pairs[k].test.p == pairs[i].test.p && k < i);
        pairs[i].verdict = decide(rule, &pairs[i]);
        if (pairs[i].verdict == RONDO_NOT_ESTABLISHED)
            estimate_seeds(rule, count, before, &pairs[i]);
    }
}

rondo_status rondo_verdict_decide_pairs(const double *values, const bool *present, int32_t variants,
                                        int64_t seeds, const rondo_verdict_rule *rule,
                                        rondo_verdict_pair *pairs, int64_t count,
                                        rondo_error *error)
{
    matrix m = {.values = values, .present = present, .seeds = seeds};
    rondo_status status = check(rule, variants, error);
    if (!status) status = check_pairs(pairs, count, variants, error);
    if (status || count == 0) return status;
    double *room =
        rondo_memory_create((size_t)(2 * seeds + 2 * count) * sizeof(double), "verdicts", error);
    if (!room) return RONDO_FAILED;
    for (int64_t i = 0; i < count; i++) {
        pairs[i] = (rondo_verdict_pair){.first = pairs[i].first, .second = pairs[i].second};
        measure(&m, rule, room, &pairs[i]);
    }
    adjust(pairs, count, room + 2 * seeds, room + 2 * seeds + count);
    decide_family(rule, pairs, count);
    rondo_memory_destroy(room);
    return RONDO_OK;
}

rondo_status rondo_verdict_decide(const double *values, const bool *present, int32_t variants,
                                  int64_t seeds, const rondo_verdict_rule *rule,
                                  rondo_verdict_pair *pairs, rondo_error *error)
{
    rondo_status status = check(rule, variants, error);
    if (status) return status;
    list_pairs(variants, rule->baseline, pairs);
    return rondo_verdict_decide_pairs(values, present, variants, seeds, rule, pairs,
                                      rondo_verdict_count(variants, rule->baseline), error);
}
