/* Whether all runs saw the same data. Where a seed varies the data too, those of one seed did. */
#include <string.h>

#include "compare/collect_private.h"

static bool same_split(const rondo_compared_split *a, const rondo_compared_split *b)
{
    return a->sequences == b->sequences && a->tokens == b->tokens &&
           a->fingerprint == b->fingerprint;
}

/* Of a run from before fingerprints were kept nothing is known: it agrees with all. */
static int first_difference(const rondo_compared_data *a, const rondo_compared_data *b)
{
    for (int s = 0; s < RONDO_SPLITS && a->known && b->known; s++)
        if (!same_split(&a->splits[s], &b->splits[s])) return s;
    return RONDO_SPLITS;
}

bool rondo_compared_same_data(const rondo_compared_data *a, const rondo_compared_data *b)
{
    return first_difference(a, b) == RONDO_SPLITS;
}

static bool varies_data(const rondo_comparison *comparison)
{
    for (int64_t i = 0; i < comparison->vary_count; i++)
        if (strcmp(comparison->vary[i], "data") == 0) return true;
    return false;
}

static rondo_status refuse(const rondo_compared_run *a, const rondo_compared_run *b, int split,
                           rondo_error *error)
{
    const rondo_compared_split *one = &a->data.splits[split], *other = &b->data.splits[split];
    return rondo_error_set(
        error, RONDO_USAGE,
        "runs of different data: the %s split of %s has %lld sequences, %lld tokens, that of %s "
        "%lld sequences, %lld tokens%s; compare runs of one data set, or allow it with "
        "--other-data; sweeps of several data sets: --data-sets",
        rondo_split_name((rondo_split)split), a->folder, (long long)one->sequences,
        (long long)one->tokens, b->folder, (long long)other->sequences, (long long)other->tokens,
        one->sequences == other->sequences && one->tokens == other->tokens ? ", others" : "");
}

rondo_status rondo_comparison_check_data(rondo_comparison *comparison,
                                         const rondo_compare_options *options, rondo_error *error)
{
    bool by_seed = varies_data(comparison);
    const rondo_compared_run *first = NULL;
    for (int64_t i = 0; i < comparison->run_count; i++) {
        const rondo_compared_run *run = &comparison->runs[i], *other = NULL;
        if (!run->data.known) continue;
        if (!first) first = run;
        for (int64_t k = 0; k < i && by_seed && !other; k++)
            if (comparison->runs[k].data.known && comparison->runs[k].seed == run->seed)
                other = &comparison->runs[k];
        if (!by_seed) other = first;
        if (by_seed && first_difference(&first->data, &run->data) < RONDO_SPLITS)
            comparison->data_varies = true;
        int split = other ? first_difference(&other->data, &run->data) : RONDO_SPLITS;
        if (split == RONDO_SPLITS) continue;
        if (!options->other_data) return refuse(other, run, split, error);
        comparison->data_differs = true;
    }
    if (first) comparison->data = first->data;
    return RONDO_OK;
}
