/* What a search says: the best trial of each group, the best that n trials are expected to have,
 * and how much goes with each setting that was drawn. Of a trial with several seeds the mean
 * counts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/analyse_private.h"
#include "statistics/trials.h"

/* Trials of a group whose figure is finite. */
typedef struct trials {
    int64_t count;
    int64_t *variants;
    double *figures;
    double *settings; /* of the key at hand */
} trials;

/* Whether a is the better figure of the two; nothing is better than a NaN. */
static bool is_better(const rondo_comparison *comparison, double a, double b)
{
    if (isnan(a) || isnan(b)) return !isnan(a) && isnan(b);
    return comparison->metric.higher_is_better ? a > b : a < b;
}

static int64_t best_of(const rondo_comparison *comparison, const trials *t)
{
    int64_t best = -1;
    double best_value = NAN;
    for (int64_t i = 0; i < t->count; i++) {
        if (!is_better(comparison, t->figures[i], best_value)) continue;
        best = t->variants[i];
        best_value = t->figures[i];
    }
    return best;
}

/* The validation figure, which a search may look at; where there is none, the metric itself. */
static double figure_of(const rondo_compared_variant *variant)
{
    return variant->best_valid.count > 0 ? variant->best_valid.mean : variant->value.mean;
}

static bool gather(rondo_comparison *comparison, const rondo_compared_group *group, trials *t)
{
    rondo_owned *owned = &comparison->owned;
    size_t most = (size_t)group->variant_count;
    t->count = 0;
    t->variants = rondo_owned_take(owned, most * sizeof *t->variants);
    t->figures = rondo_owned_take(owned, most * sizeof *t->figures);
    t->settings = rondo_owned_take(owned, most * sizeof *t->settings);
    if (!t->variants || !t->figures || !t->settings) return false;
    for (int64_t i = 0; i < group->variant_count; i++) {
        double figure = figure_of(&comparison->variants[group->variants[i]]);
        if (!isfinite(figure)) continue;
        t->variants[t->count] = group->variants[i];
        t->figures[t->count++] = figure;
    }
    return true;
}

/* --- the best of n --- */

static rondo_status find_expected(rondo_comparison *comparison, rondo_compared_group *group,
                                  const trials *t, rondo_error *error)
{
    rondo_owned *owned = &comparison->owned;
    bool higher = comparison->metric.higher_is_better;
    size_t size = (size_t)t->count * sizeof *group->expected;
    group->expected = rondo_owned_take(owned, size);
    group->expected_low = rondo_owned_take(owned, size);
    group->expected_high = rondo_owned_take(owned, size);
    if (!group->expected || !group->expected_low || !group->expected_high)
        return rondo_owned_check(owned, "trials", error);
    rondo_status status =
        rondo_trials_expected_best(t->figures, t->count, higher, group->expected, error);
    if (!status)
        status = rondo_trials_best_band(t->figures, t->count, higher, 0.95, group->expected_low,
                                        group->expected_high, error);
    if (!status) group->expected_count = t->count;
    return status;
}

/* --- main effects --- */

static const char *drawn_value(const rondo_compared_variant *variant, const char *key)
{
    for (int64_t i = 0; i < variant->drawn_count; i++)
        if (strcmp(variant->drawn[i].key, key) == 0) return variant->drawn[i].value;
    return "";
}

static bool read_numbers(const rondo_comparison *comparison, const char *key, trials *t)
{
    for (int64_t i = 0; i < t->count; i++)
        if (!rondo_text_real(drawn_value(&comparison->variants[t->variants[i]], key),
                             &t->settings[i]))
            return false;
    return true;
}

/* Texts: numbered in the order in which they come. Returns how many there are. */
static int32_t number_texts(const rondo_comparison *comparison, const char *key, trials *t)
{
    int32_t categories = 0;
    for (int64_t i = 0; i < t->count; i++) {
        const char *value = drawn_value(&comparison->variants[t->variants[i]], key);
        int64_t k = 0;
        while (k < i && strcmp(drawn_value(&comparison->variants[t->variants[k]], key), value) != 0)
            k++;
        t->settings[i] = k < i ? t->settings[k] : categories++;
    }
    return categories;
}

static int by_share(const void *a, const void *b)
{
    const rondo_compared_effect *one = a, *other = b;
    if (one->share != other->share) return one->share > other->share ? -1 : 1;
    return strcmp(one->key, other->key);
}

static rondo_status find_effects(rondo_comparison *comparison, rondo_compared_group *group,
                                 trials *t, rondo_error *error)
{
    const rondo_compared_variant *first = &comparison->variants[group->variants[0]];
    group->effects = rondo_owned_take(&comparison->owned,
                                      (size_t)(first->drawn_count + 1) * sizeof *group->effects);
    if (!group->effects) return rondo_owned_check(&comparison->owned, "effects", error);
    for (int64_t d = 0; d < first->drawn_count; d++) {
        const char *key = first->drawn[d].key;
        rondo_main_effect effect;
        int32_t categories =
            read_numbers(comparison, key, t) ? 0 : number_texts(comparison, key, t);
        rondo_status status = rondo_trials_main_effect(t->settings, t->figures, t->count,
                                                       categories, 1, &effect, error);
        if (status) return status;
        if (isnan(effect.share)) continue;
        group->effects[group->effect_count++] = (rondo_compared_effect){
            key, effect.share, effect.rank_share, effect.p, effect.low, effect.high};
    }
    qsort(group->effects, (size_t)group->effect_count, sizeof *group->effects, by_share);
    return RONDO_OK;
}

/* --- all --- */

static rondo_status analyse_group(rondo_comparison *comparison, rondo_compared_group *group,
                                  rondo_error *error)
{
    trials t = {0};
    if (!gather(comparison, group, &t))
        return rondo_owned_check(&comparison->owned, "trials", error);
    group->best = best_of(comparison, &t);
    if (!comparison->is_search || t.count < 2) return RONDO_OK;
    rondo_status status = find_expected(comparison, group, &t, error);
    return status ? status : find_effects(comparison, group, &t, error);
}

rondo_status rondo_comparison_search(rondo_comparison *comparison, rondo_error *error)
{
    rondo_status status = RONDO_OK;
    for (int64_t g = 0; g < comparison->group_count && !status; g++)
        status = analyse_group(comparison, &comparison->groups[g], error);
    return status;
}
