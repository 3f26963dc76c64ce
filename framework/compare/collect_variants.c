/* Runs are dealt to variants, and both get their order. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/collect_private.h"

typedef struct dealing {
    rondo_comparison *comparison;
    rondo_collection *collection;
    rondo_owned *owned;
    int64_t count, capacity;
    rondo_found_variant *variants;
    int64_t *variant_of; /* [finding->count] */
    rondo_error *error;
} dealing;

static rondo_status check(const dealing *d)
{
    return rondo_owned_check(d->owned, "runs to compare", d->error);
}

static int64_t add_variant(dealing *d, const rondo_found_variant *variant)
{
    if (d->count == d->capacity) return -1;
    d->variants[d->count] = *variant;
    return d->count++;
}

static int64_t find_by_name(const dealing *d, const char *name)
{
    for (int64_t v = 0; v < d->count; v++)
        if (strcmp(d->variants[v].name, name) == 0) return v;
    return -1;
}

/* Planned runs: by the name of their variant. */
static void deal_planned(dealing *d)
{
    const rondo_collection *collection = d->collection;
    for (int64_t v = 0; v < collection->plan.variant_count; v++)
        add_variant(d, &collection->plan.variants[v]);
    for (int64_t i = 0; i < collection->count; i++) {
        const char *name = collection->runs[i].planned;
        if (!name) continue;
        int64_t v = find_by_name(d, name);
        if (v < 0) v = add_variant(d, &(rondo_found_variant){.name = name});
        d->variant_of[i] = v;
    }
}

static int64_t find_same_settings(const dealing *d, int64_t i)
{
    for (int64_t k = 0; k < d->collection->count; k++)
        if (k != i && d->variant_of[k] >= 0 && d->collection->runs[k].has_config &&
            strcmp(d->collection->runs[k].hash, d->collection->runs[i].hash) == 0)
            return d->variant_of[k];
    return -1;
}

/* Variants by their settings, in the order in which these were shown to differ. */
static const dealing *sorted_dealing; /* for qsort, which has no context; [main] only */

static int by_settings(const void *a, const void *b)
{
    const rondo_found_variant *one = &sorted_dealing->variants[*(const int64_t *)a];
    const rondo_found_variant *other = &sorted_dealing->variants[*(const int64_t *)b];
    for (int64_t i = 0; i < one->settings.count; i++) {
        const char *value = rondo_setting_list_find(&other->settings, one->settings.items[i].key);
        int order = value ? rondo_compared_order(one->settings.items[i].value, value) : 1;
        if (order != 0) return order;
    }
    return strcmp(one->name, other->name);
}

static rondo_status sort_plain(dealing *d, int64_t first)
{
    int64_t count = d->count - first;
    int64_t *order = rondo_owned_take(d->owned, (size_t)(count + 1) * sizeof *order);
    int64_t *place = rondo_owned_take(d->owned, (size_t)(count + 1) * sizeof *place);
    rondo_found_variant *sorted = rondo_owned_take(d->owned, (size_t)(count + 1) * sizeof *sorted);
    if (!order || !place || !sorted) return check(d);
    for (int64_t v = 0; v < count; v++)
        order[v] = first + v;
    sorted_dealing = d;
    if (count > 1) qsort(order, (size_t)count, sizeof *order, by_settings);
    for (int64_t v = 0; v < count; v++) {
        sorted[v] = d->variants[order[v]];
        place[order[v] - first] = first + v;
    }
    memcpy(d->variants + first, sorted, (size_t)count * sizeof *sorted);
    for (int64_t i = 0; i < d->collection->count; i++)
        if (d->variant_of[i] >= first) d->variant_of[i] = place[d->variant_of[i] - first];
    return RONDO_OK;
}

/* Plain runs: by their settings; those of a planned variant join it. */
static rondo_status deal_plain(dealing *d)
{
    rondo_collection *collection = d->collection;
    int64_t first = d->count, group_count = 0;
    const rondo_setting_list **groups =
        rondo_owned_take(d->owned, (size_t)(collection->count + 1) * sizeof *groups);
    if (!groups) return check(d);
    for (int64_t i = 0; i < collection->count; i++) {
        if (collection->runs[i].planned) continue;
        int64_t v = find_same_settings(d, i);
        if (v < 0) {
            v = add_variant(d, &(rondo_found_variant){.name = ""});
            groups[group_count++] = &collection->runs[i].settings;
        }
        d->variant_of[i] = v;
    }
    if (group_count == 0) return RONDO_OK;
    rondo_compared_name_variants(groups, group_count, d->variants + first, d->owned);
    rondo_status status = check(d);
    return status ? status : sort_plain(d, first);
}

/* --- the order of runs --- */

static int by_variant_and_seed(const void *a, const void *b)
{
    const rondo_found_run *one = a, *other = b;
    if (one->run.variant != other->run.variant)
        return one->run.variant < other->run.variant ? -1 : 1;
    if (one->run.seed != other->run.seed) return one->run.seed < other->run.seed ? -1 : 1;
    return strcmp(one->run.folder, other->run.folder);
}

static rondo_status refuse_twice(const dealing *d, const rondo_found_run *one,
                                 const rondo_found_run *other)
{
    if (!rondo_compared_same_data(&one->run.data, &other->run.data))
        return rondo_error_set(d->error, RONDO_USAGE,
                               "runs of different data: %s and %s have the same settings and seed, "
                               "but not the same data; sweeps of several data sets: --data-sets",
                               one->run.folder, other->run.folder);
    return rondo_error_set(d->error, RONDO_USAGE,
                           "%s and %s are the same run: the same settings with seed %lld; leave "
                           "one of them out",
                           one->run.folder, other->run.folder, (long long)one->run.seed);
}

/* A key that two lists of settings say differently, or NULL. What only one of them has is an option
 * that the other run's program did not know yet: its default is what that program did. */
static const char *first_difference(const rondo_setting_list *a, const rondo_setting_list *b)
{
    for (int64_t i = 0; i < a->count; i++) {
        const char *value = rondo_setting_list_find(b, a->items[i].key);
        if (value && strcmp(value, a->items[i].value) != 0) return a->items[i].key;
    }
    return NULL;
}

static rondo_status refuse_difference(const dealing *d, const rondo_found_run *one,
                                      const rondo_found_run *other)
{
    const char *key = first_difference(&one->settings, &other->settings);
    if (!key) return RONDO_OK;
    return rondo_error_set(d->error, RONDO_USAGE,
                           "%s and %s are both of variant %s, but differ in %s", one->run.folder,
                           other->run.folder, d->variants[other->run.variant].name, key);
}

static rondo_status check_neighbours(const dealing *d)
{
    const rondo_found_run *runs = d->collection->runs, *reference = NULL;
    for (int64_t i = 0; i < d->collection->count; i++) {
        if (i > 0 && runs[i].run.variant == runs[i - 1].run.variant &&
            runs[i].run.seed == runs[i - 1].run.seed)
            return refuse_twice(d, &runs[i - 1], &runs[i]);
        if (!runs[i].has_config) continue;
        bool same_variant = reference && reference->run.variant == runs[i].run.variant;
        if (same_variant && refuse_difference(d, reference, &runs[i])) return d->error->status;
        if (!same_variant) reference = &runs[i];
    }
    return RONDO_OK;
}

/* --- what a seed varied --- */

static void find_varied(const dealing *d, bool vary[RONDO_SEEDS])
{
    const rondo_collection *collection = d->collection;
    const rondo_found_run *first = NULL;
    for (int64_t i = 0; i < collection->count; i++) {
        const rondo_found_run *found = &collection->runs[i];
        if (!found->has_config) continue;
        if (!first) first = found;
        for (int s = 0; s < RONDO_SEEDS; s++)
            if (found->seeds[s] != first->seeds[s]) vary[s] = true;
    }
}

/* Plain runs are paired by the first seed that varies among them. */
static void choose_seeds(dealing *d, const bool vary[RONDO_SEEDS])
{
    int chosen = 0;
    while (chosen < RONDO_SEEDS && !vary[chosen])
        chosen++;
    for (int64_t i = 0; i < d->collection->count; i++) {
        rondo_found_run *found = &d->collection->runs[i];
        if (!found->planned && found->has_config)
            found->run.seed = found->seeds[chosen < RONDO_SEEDS ? chosen : 0];
    }
}

static rondo_status write_varied(dealing *d)
{
    rondo_comparison *comparison = d->comparison;
    bool vary[RONDO_SEEDS] = {false};
    if (d->collection->plan.is_there)
        memcpy(vary, d->collection->plan.vary, sizeof vary);
    else
        find_varied(d, vary);
    choose_seeds(d, vary);
    comparison->vary = rondo_owned_take(d->owned, sizeof vary / sizeof *vary * sizeof(char *));
    for (int s = 0; s < RONDO_SEEDS && comparison->vary; s++)
        if (vary[s]) comparison->vary[comparison->vary_count++] = rondo_seed_name((rondo_seed)s);
    return check(d);
}

/* --- handing over --- */

static const char *hidden_text(rondo_owned *owned, const int64_t *hidden, int64_t count)
{
    rondo_text text = {0};
    for (int64_t i = 0; i < count; i++)
        rondo_text_add(&text, "%s%lld", i > 0 ? "+" : "", (long long)hidden[i]);
    const char *copy = rondo_owned_copy(owned, rondo_text_get(&text), text.length);
    rondo_owned_release(owned, &text);
    return copy;
}

/* What all runs of a variant share, from the first that says it. */
static void describe(const dealing *d, rondo_compared_variant *variant)
{
    variant->training_flops = NAN;
    for (int64_t i = variant->first_run; i < variant->first_run + variant->run_count; i++) {
        const rondo_found_run *found = &d->collection->runs[i];
        if (variant->parameters == 0) variant->parameters = found->parameters;
        if (isnan(variant->training_flops)) variant->training_flops = found->training_flops;
        if (variant->layer_count > 0 || !found->has_config) continue;
        memcpy(variant->config_hash, found->hash, sizeof variant->config_hash);
        variant->hidden = rondo_owned_take(d->owned, sizeof found->hidden);
        if (!variant->hidden) return; /* which rondo_owned_check() reports */
        memcpy(variant->hidden, found->hidden, sizeof found->hidden);
        variant->layer_count = found->layer_count;
    }
    variant->hidden_text = hidden_text(d->owned, variant->hidden, variant->layer_count);
}

/* Settings that were drawn stand apart from those that were set. */
static void take_settings(const dealing *d, const rondo_found_variant *from,
                          rondo_compared_variant *variant)
{
    rondo_setting_list set = {0};
    for (int64_t i = 0; i < from->settings.count; i++)
        if (!rondo_setting_list_find(&from->drawn, from->settings.items[i].key))
            rondo_setting_list_add(&set, d->owned, from->settings.items[i].key,
                                   from->settings.items[i].value);
    variant->name = from->name;
    variant->parameters = from->parameters;
    variant->settings = set.items;
    variant->setting_count = set.count;
    variant->drawn = from->drawn.items;
    variant->drawn_count = from->drawn.count;
}

static rondo_status hand_over(dealing *d)
{
    rondo_comparison *comparison = d->comparison;
    const rondo_collection *collection = d->collection;
    bool numbered = collection->plan_count == 1;
    comparison->run_count = collection->count;
    comparison->runs =
        rondo_owned_take(d->owned, (size_t)collection->count * sizeof *comparison->runs);
    comparison->variant_count = d->count;
    comparison->variants =
        rondo_owned_take(d->owned, (size_t)d->count * sizeof *comparison->variants);
    if (!comparison->runs || !comparison->variants) return check(d);
    for (int64_t i = 0; i < collection->count; i++)
        numbered &= collection->runs[i].planned != NULL;
    for (int64_t i = 0; i < collection->count; i++) {
        rondo_compared_variant *variant = &comparison->variants[collection->runs[i].run.variant];
        comparison->runs[i] = collection->runs[i].run;
        if (!numbered) comparison->runs[i].number = i + 1;
        comparison->counts[comparison->runs[i].state]++;
        if (variant->run_count++ == 0) variant->first_run = i;
    }
    for (int64_t v = 0; v < d->count; v++) {
        take_settings(d, &d->variants[v], &comparison->variants[v]);
        describe(d, &comparison->variants[v]);
    }
    return check(d);
}

rondo_status rondo_comparison_deal(rondo_comparison *comparison, rondo_collection *collection,
                                   rondo_error *error)
{
    dealing d = {.comparison = comparison,
                 .collection = collection,
                 .owned = collection->owned,
                 .capacity = collection->count + collection->plan.variant_count,
                 .error = error};
    d.variants = rondo_owned_take(d.owned, (size_t)d.capacity * sizeof *d.variants);
    d.variant_of = rondo_owned_take(d.owned, (size_t)collection->count * sizeof *d.variant_of);
    if (!d.variants || !d.variant_of) return check(&d);
    for (int64_t i = 0; i < collection->count; i++)
        d.variant_of[i] = -1;
    rondo_status status = write_varied(&d);
    if (status) return status;
    deal_planned(&d);
    if ((status = deal_plain(&d))) return status;
    for (int64_t i = 0; i < collection->count; i++)
        collection->runs[i].run.variant = d.variant_of[i];
    qsort(collection->runs, (size_t)collection->count, sizeof *collection->runs,
          by_variant_and_seed);
    if ((status = check_neighbours(&d))) return status;
    return hand_over(&d);
}
