/* Variants that differ only in what a search drew are a group. */
#include <string.h>

#include "compare/collect_private.h"

static bool same_settings(const rondo_compared_variant *a, const rondo_compared_variant *b)
{
    if (a->setting_count != b->setting_count) return false;
    for (int64_t i = 0; i < a->setting_count; i++)
        if (strcmp(a->settings[i].key, b->settings[i].key) != 0 ||
            strcmp(a->settings[i].value, b->settings[i].value) != 0)
            return false;
    return true;
}

/* What the names of its variants begin with, up to a blank. */
static const char *shared_name(const rondo_comparison *comparison,
                               const rondo_compared_group *group, rondo_owned *owned)
{
    const char *first = comparison->variants[group->variants[0]].name;
    size_t shared = strlen(first);
    if (group->variant_count == 1) return first;
    for (int64_t i = 1; i < group->variant_count; i++) {
        const char *name = comparison->variants[group->variants[i]].name;
        size_t same = 0;
        while (same < shared && name[same] == first[same])
            same++;
        shared = same;
    }
    while (shared > 0 && first[shared - 1] != ' ')
        shared--;
    while (shared > 0 && first[shared - 1] == ' ')
        shared--;
    return shared > 0 ? rondo_owned_copy(owned, first, shared) : "all trials";
}

static int64_t find_group(const rondo_comparison *comparison, int64_t v)
{
    const rondo_compared_variant *variants = comparison->variants;
    for (int64_t k = 0; k < v && comparison->is_search; k++)
        if (variants[k].drawn_count > 0 && variants[v].drawn_count > 0 &&
            same_settings(&variants[k], &variants[v]))
            return variants[k].group;
    return -1;
}

rondo_status rondo_comparison_group(rondo_comparison *comparison, rondo_error *error)
{
    rondo_owned *owned = &comparison->owned;
    size_t most = (size_t)comparison->variant_count;
    comparison->groups = rondo_owned_take(owned, most * sizeof *comparison->groups);
    if (!comparison->groups) return rondo_owned_check(owned, "groups of variants", error);
    for (int64_t v = 0; v < comparison->variant_count; v++) {
        int64_t g = find_group(comparison, v);
        if (g < 0) g = comparison->group_count++;
        comparison->variants[v].group = g;
        comparison->groups[g].variant_count++;
    }
    for (int64_t g = 0; g < comparison->group_count; g++) {
        rondo_compared_group *group = &comparison->groups[g];
        group->variants =
            rondo_owned_take(owned, (size_t)group->variant_count * sizeof *group->variants);
        group->best = -1;
        int64_t count = 0;
        for (int64_t v = 0; v < comparison->variant_count && group->variants; v++)
            if (comparison->variants[v].group == g) group->variants[count++] = v;
        if (group->variants) group->name = shared_name(comparison, group, owned);
    }
    return rondo_owned_check(owned, "groups of variants", error);
}
