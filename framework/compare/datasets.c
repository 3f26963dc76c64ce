#include "compare/datasets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/collect_private.h"

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *last_name(rondo_owned *owned, const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    size_t start = length;
    while (start > 0 && path[start - 1] != '/')
        start--;
    return rondo_owned_copy(owned, path + start, length - start);
}

static rondo_status collect_all(rondo_datasets *sets, const char *const *paths,
                                const rondo_compare_options *options, rondo_error *error)
{
    const char **sorted = rondo_owned_take(&sets->owned, (size_t)sets->count * sizeof *sorted);
    rondo_status status = RONDO_OK;
    if (!sorted || !sets->names || !sets->sets)
        return rondo_owned_check(&sets->owned, "data sets", error);
    memcpy(sorted, paths, (size_t)sets->count * sizeof *sorted);
    qsort(sorted, (size_t)sets->count, sizeof *sorted, by_bytes);
    for (int64_t d = 0; d < sets->count && !status; d++) {
        sets->names[d] = last_name(&sets->owned, sorted[d]);
        status = rondo_comparison_collect(&sorted[d], 1, options, &sets->sets[d], error);
        if (!status) status = rondo_comparison_analyse(&sets->sets[d], error);
    }
    return status ? status : rondo_owned_check(&sets->owned, "data sets", error);
}

static bool same_data(const rondo_compared_data *a, const rondo_compared_data *b)
{
    if (!a->known || !b->known) return false;
    for (int s = 0; s < RONDO_SPLITS; s++)
        if (a->splits[s].fingerprint != b->splits[s].fingerprint) return false;
    return true;
}

static rondo_status check_sets(const rondo_datasets *sets, rondo_error *error)
{
    for (int64_t d = 0; d < sets->count; d++) {
        const rondo_comparison *set = &sets->sets[d];
        if (strcmp(set->metric.name, sets->sets[0].metric.name) != 0)
            return rondo_error_set(
                error, RONDO_USAGE, "%s declares the metric %s, %s %s: name one with --metric",
                sets->names[0], sets->sets[0].metric.name, sets->names[d], set->metric.name);
        for (int64_t e = 0; e < d; e++)
            if (same_data(&sets->sets[e].data, &set->data))
                return rondo_error_set(
                    error, RONDO_USAGE,
                    "%s and %s are of the same data set, which would count twice", sets->names[e],
                    sets->names[d]);
    }
    return RONDO_OK;
}

static rondo_status take_values(rondo_datasets *sets, rondo_error *error)
{
    const rondo_comparison *first = &sets->sets[0];
    size_t variants = (size_t)first->variant_count;
    if (variants > RONDO_RANKS_MOST_VARIANTS)
        return rondo_error_set(error, RONDO_USAGE, "%lld variants: at most %d can be ranked",
                               (long long)first->variant_count, (int)RONDO_RANKS_MOST_VARIANTS);
    sets->variant_count = (int32_t)variants;
    sets->variants = rondo_owned_take(&sets->owned, variants * sizeof *sets->variants);
    sets->mean_ranks = rondo_owned_take(&sets->owned, variants * sizeof *sets->mean_ranks);
    sets->values =
        rondo_owned_take(&sets->owned, variants * (size_t)sets->count * sizeof *sets->values);
    if (!sets->variants || !sets->mean_ranks || !sets->values)
        return rondo_owned_check(&sets->owned, "data sets", error);
    for (int32_t v = 0; v < sets->variant_count; v++) {
        sets->variants[v] = first->variants[v].name;
        for (int64_t d = 0; d < sets->count; d++) {
            const rondo_comparison *set = &sets->sets[d];
            int64_t found = rondo_comparison_find_variant(set, sets->variants[v]);
            if (found < 0 || set->variants[found].value.count == 0)
                return rondo_error_set(error, RONDO_USAGE,
                                       "%s has no %s of the variant %s: only variants that all "
                                       "data sets have can be ranked",
                                       sets->names[d], first->metric.name, sets->variants[v]);
            sets->values[d * sets->variant_count + v] = set->variants[found].value.mean;
        }
    }
    return RONDO_OK;
}

rondo_status rondo_datasets_collect(const char *const *paths, int64_t count,
                                    const rondo_compare_options *options, rondo_datasets *sets,
                                    rondo_error *error)
{
    *sets = (rondo_datasets){0};
    if (count < RONDO_RANKS_FEWEST)
        return rondo_error_set(error, RONDO_USAGE,
                               "--data-sets: ranks need at least %d data sets with a sweep each, "
                               "but there are %lld (Demsar 2006)",
                               (int)RONDO_RANKS_FEWEST, (long long)count);
    sets->names = rondo_owned_take(&sets->owned, (size_t)count * sizeof *sets->names);
    sets->sets = rondo_owned_take(&sets->owned, (size_t)count * sizeof *sets->sets);
    sets->count = sets->sets ? count : 0;
    rondo_status status = collect_all(sets, paths, options, error);
    if (!status) status = check_sets(sets, error);
    if (!status) status = take_values(sets, error);
    if (!status)
        status = rondo_ranks_test(sets->values, sets->variant_count, sets->count,
                                  sets->sets[0].metric.higher_is_better, sets->mean_ranks,
                                  &sets->test, error);
    if (status) rondo_datasets_finish(sets);
    return status;
}

void rondo_datasets_finish(rondo_datasets *sets)
{
    for (int64_t d = 0; d < sets->count; d++)
        rondo_comparison_finish(&sets->sets[d]);
    rondo_owned_finish(&sets->owned);
    *sets = (rondo_datasets){0};
}
