/* Pairs of variants: the values of shared seeds go to statistics/verdict.h, which says what may be
 * claimed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/analyse_private.h"
#include "statistics/power.h"
#include "statistics/unpaired.h"
#include "statistics/verdict.h"

/* Runs that count as a matrix: values[v * seed_count + s], NaN where a variant has no such run. */
typedef struct run_matrix {
    int64_t seed_count;
    int64_t *seeds; /* rising */
    double *values;
} run_matrix;

static int by_number(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

static int64_t place_of(const run_matrix *m, int64_t seed)
{
    const int64_t *found =
        bsearch(&seed, m->seeds, (size_t)m->seed_count, sizeof *m->seeds, by_number);
    return found - m->seeds;
}

static bool fill(rondo_comparison *comparison, run_matrix *m)
{
    rondo_owned *owned = &comparison->owned;
    int64_t distinct = 0;
    m->seeds = rondo_owned_take(owned, (size_t)comparison->run_count * sizeof *m->seeds);
    if (!m->seeds) return false;
    for (int64_t i = 0; i < comparison->run_count; i++)
        if (comparison->runs[i].counts) m->seeds[m->seed_count++] = comparison->runs[i].seed;
    if (m->seed_count > 1) qsort(m->seeds, (size_t)m->seed_count, sizeof *m->seeds, by_number);
    for (int64_t s = 0; s < m->seed_count; s++)
        if (s == 0 || m->seeds[s] != m->seeds[distinct - 1]) m->seeds[distinct++] = m->seeds[s];
    m->seed_count = distinct;
    size_t cells = (size_t)(comparison->variant_count * (distinct + 1));
    m->values = rondo_owned_take(owned, cells * sizeof *m->values);
    if (!m->values) return false;
    for (size_t i = 0; i < cells; i++)
        m->values[i] = NAN;
    for (int64_t i = 0; i < comparison->run_count; i++) {
        const rondo_compared_run *run = &comparison->runs[i];
        if (run->counts) m->values[run->variant * distinct + place_of(m, run->seed)] = run->value;
    }
    return true;
}

static rondo_compared_verdict verdict_of(const rondo_verdict_pair *from)
{
    if (from->test.difference.count == 0) return RONDO_COMPARED_NONE;
    switch (from->verdict) {
    case RONDO_BETTER:
        return RONDO_COMPARED_BETTER;
    case RONDO_WORSE:
        return RONDO_COMPARED_WORSE;
    case RONDO_EQUIVALENT:
        return RONDO_COMPARED_EQUIVALENT;
    default:
        return from->test.difference.count < 2 ? RONDO_COMPARED_NONE : RONDO_COMPARED_OPEN;
    }
}

static void take_numbers(const rondo_comparison *comparison, const rondo_verdict_pair *from,
                         rondo_compared_pair *pair)
{
    const rondo_t_interval *difference = &from->test.difference;
    *pair = (rondo_compared_pair){.first = from->first,
                                  .second = from->second,
                                  .count = difference->count,
                                  .verdict = verdict_of(from)};
    pair->difference = (rondo_seed_estimate){0, NAN, NAN, NAN, NAN};
    pair->t_p = pair->exact_p = pair->adjusted_p = pair->exact_adjusted_p = NAN;
    pair->effect = pair->better = pair->equivalent_p = NAN;
    if (difference->count == 0) return;
    pair->difference =
        (rondo_seed_estimate){difference->count, difference->mean, difference->deviation,
                              difference->low, difference->high};
    pair->better = from->better;
    if (difference->count < 2) return;
    pair->t_p = from->test.p;
    pair->exact_p = from->flip.p;
    pair->exact_is_exact = from->flip.exact;
    pair->adjusted_p = from->t_holm;
    pair->exact_adjusted_p = from->flip_holm;
    pair->effect = from->test.g_z;
    if (!isnan(comparison->margin)) pair->equivalent_p = from->equivalence_holm;
    pair->within_margin = from->within_margin;
    if (pair->verdict != RONDO_COMPARED_OPEN) return;
    pair->more_seeds = from->seeds_needed > RONDO_SEEDS_MOST ? -1 : from->more_seeds;
}

/* The seeds that both have, and what they differ by. */
static void take_differences(rondo_comparison *comparison, const run_matrix *m,
                             rondo_compared_pair *pair)
{
    const double *first = m->values + pair->first * m->seed_count;
    const double *second = m->values + pair->second * m->seed_count;
    int64_t count = 0;
    size_t most = (size_t)(pair->count + 1);
    pair->seeds = rondo_owned_take(&comparison->owned, most * sizeof *pair->seeds);
    pair->differences = rondo_owned_take(&comparison->owned, most * sizeof *pair->differences);
    if (!pair->seeds || !pair->differences) return;
    for (int64_t s = 0; s < m->seed_count && count < pair->count; s++) {
        if (!isfinite(first[s]) || !isfinite(second[s])) continue;
        pair->seeds[count] = m->seeds[s];
        pair->differences[count++] = first[s] - second[s];
    }
}

static int64_t values_of(const run_matrix *m, int64_t variant, double *values)
{
    const double *row = m->values + variant * m->seed_count;
    int64_t count = 0;
    for (int64_t s = 0; s < m->seed_count; s++)
        if (isfinite(row[s])) values[count++] = row[s];
    return count;
}

/* `values` have room for all seeds of two variants. */
static void take_unpaired(const run_matrix *m, double *values, rondo_compared_pair *pair)
{
    double *first = values, *second = values + m->seed_count;
    if (pair->count > 0) return;
    int64_t first_count = values_of(m, pair->first, first);
    int64_t second_count = values_of(m, pair->second, second);
    if (first_count < 2 || second_count < 2) return;
    rondo_welch welch = rondo_welch_test(first, first_count, second, second_count, 0.95);
    pair->unpaired = (rondo_compared_unpaired){first_count, second_count, welch.difference,
                                               welch.low,   welch.high,   welch.p};
}

static rondo_status take_pairs(rondo_comparison *comparison, const run_matrix *m,
                               const rondo_verdict_pair *decided, int64_t count, rondo_error *error)
{
    comparison->pairs =
        rondo_owned_take(&comparison->owned, (size_t)count * sizeof *comparison->pairs);
    double *values =
        rondo_owned_take(&comparison->owned, (size_t)(2 * m->seed_count + 1) * sizeof *values);
    for (int64_t p = 0; p < count && comparison->pairs && values; p++) {
        rondo_compared_pair *pair = &comparison->pairs[p];
        take_numbers(comparison, &decided[p], pair);
        take_differences(comparison, m, pair);
        take_unpaired(m, values, pair);
        if (p == 0 || pair->count < comparison->least_seeds) comparison->least_seeds = pair->count;
        /* Holm leaves out what has no p: a pair without two shared seeds. */
        comparison->family += pair->count >= 2;
    }
    comparison->pair_count = comparison->pairs && values ? count : 0;
    return rondo_owned_check(&comparison->owned, "pairs of variants", error);
}

/* Of every variant and its opponent; without a baseline of all variants. */
static int64_t list_pairs(const rondo_comparison *comparison, rondo_verdict_pair *pairs)
{
    int64_t count = 0;
    for (int64_t first = 0; first < comparison->variant_count; first++) {
        int64_t opponent = comparison->variants[first].opponent;
        int64_t from = comparison->baseline ? opponent : first + 1;
        int64_t to = comparison->baseline ? opponent + 1 : comparison->variant_count;
        if (from < 0) continue;
        for (int64_t second = from; second < to; second++, count++)
            if (pairs)
                pairs[count] =
                    (rondo_verdict_pair){.first = (int32_t)first, .second = (int32_t)second};
    }
    return count;
}

rondo_status rondo_comparison_decide(rondo_comparison *comparison, rondo_error *error)
{
    run_matrix m = {0};
    int64_t count = list_pairs(comparison, NULL);
    const rondo_verdict_rule rule = {.higher_is_better = comparison->metric.higher_is_better,
                                     .baseline = -1,
                                     .margin = isnan(comparison->margin) ? 0 : comparison->margin,
                                     .alpha = 0.05,
                                     .power = 0.8,
                                     .seed = 1};
    if (count < 1 || comparison->is_search) return RONDO_OK;
    if (count > RONDO_COMPARED_MOST_PAIRS)
        return rondo_error_set(error, RONDO_USAGE,
                               "%lld variants make %lld pairs, more than %d: name one of them with "
                               "--baseline",
                               (long long)comparison->variant_count, (long long)count,
                               (int)RONDO_COMPARED_MOST_PAIRS);
    if (!fill(comparison, &m)) return rondo_owned_check(&comparison->owned, "pairs", error);
    rondo_verdict_pair *decided =
        rondo_owned_take(&comparison->owned, (size_t)count * sizeof *decided);
    if (!decided) return rondo_owned_check(&comparison->owned, "pairs", error);
    list_pairs(comparison, decided);
    rondo_status status =
        rondo_verdict_decide_pairs(m.values, NULL, (int32_t)comparison->variant_count, m.seed_count,
                                   &rule, decided, count, error);
    return status ? status : take_pairs(comparison, &m, decided, count, error);
}
