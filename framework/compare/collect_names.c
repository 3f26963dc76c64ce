/* Variants that nobody planned: runs grouped by their settings, and named by what sets the groups
 * apart. */
#include <stdlib.h>
#include <string.h>

#include "compare/collect_private.h"

/* A key that differs among the groups. */
typedef struct difference {
    const char *key;
    bool everywhere; /* every group has it */
    bool shown;
} difference;

typedef struct naming {
    rondo_owned *owned;
    int64_t count; /* of groups */
    const rondo_setting_list **groups;
    int64_t difference_count;
    difference *differences;
} naming;

static const char *last_word(const char *key)
{
    const char *point = strrchr(key, '.');
    return point ? point + 1 : key;
}

static bool differs(const naming *n, const char *key, bool *everywhere)
{
    const char *first = rondo_setting_list_find(n->groups[0], key);
    bool same = true;
    *everywhere = first != NULL;
    for (int64_t g = 1; g < n->count; g++) {
        const char *value = rondo_setting_list_find(n->groups[g], key);
        *everywhere &= value != NULL;
        same &= (first && value) ? strcmp(first, value) == 0 : first == value;
    }
    return !same;
}

static bool is_known(const naming *n, const char *key)
{
    for (int64_t d = 0; d < n->difference_count; d++)
        if (strcmp(n->differences[d].key, key) == 0) return true;
    return false;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const difference *)a)->key, ((const difference *)b)->key);
}

static void find_differences(naming *n)
{
    int64_t most = 0;
    for (int64_t g = 0; g < n->count; g++)
        most += n->groups[g]->count;
    n->differences = rondo_owned_take(n->owned, (size_t)(most + 1) * sizeof *n->differences);
    for (int64_t g = 0; g < n->count && n->differences; g++)
        for (int64_t i = 0; i < n->groups[g]->count; i++) {
            bool everywhere;
            const char *key = n->groups[g]->items[i].key;
            if (differs(n, key, &everywhere) && !is_known(n, key))
                n->differences[n->difference_count++] = (difference){key, everywhere, false};
        }
    if (n->difference_count > 1)
        qsort(n->differences, (size_t)n->difference_count, sizeof *n->differences, by_key);
}

/* Says another key the same of every group? (The cell of each of two layers.) */
static bool repeats(const naming *n, const difference *a, const difference *b)
{
    if (strcmp(last_word(a->key), last_word(b->key)) != 0) return false;
    for (int64_t g = 0; g < n->count; g++) {
        const char *one = rondo_setting_list_find(n->groups[g], a->key);
        const char *other = rondo_setting_list_find(n->groups[g], b->key);
        if (!one || !other || strcmp(one, other) != 0) return false;
    }
    return true;
}

/* Shows the keys that every group has, or all: an option of one cell follows from the cell. */
static void choose(naming *n, bool all)
{
    for (int64_t d = 0; d < n->difference_count; d++) {
        difference *candidate = &n->differences[d];
        candidate->shown = all || candidate->everywhere;
        for (int64_t e = 0; e < d && candidate->shown; e++)
            if (n->differences[e].shown && repeats(n, &n->differences[e], candidate))
                candidate->shown = false;
    }
}

static bool same_shown(const naming *n, int64_t g, int64_t h)
{
    for (int64_t d = 0; d < n->difference_count; d++) {
        if (!n->differences[d].shown) continue;
        const char *one = rondo_setting_list_find(n->groups[g], n->differences[d].key);
        const char *other = rondo_setting_list_find(n->groups[h], n->differences[d].key);
        if (one && other ? strcmp(one, other) != 0 : one != other) return false;
    }
    return true;
}

static bool is_unique(const naming *n)
{
    for (int64_t g = 0; g < n->count; g++)
        for (int64_t h = 0; h < g; h++)
            if (same_shown(n, g, h)) return false;
    return true;
}

/* "hidden" of "model.layers.0.hidden" where no other key shown ends so; "optimizer" of
 * "optimizer.name". */
static const char *short_key(const naming *n, const char *key)
{
    static const char name[] = ".name", model[] = "model.";
    size_t length = strlen(key);
    if (length > sizeof name - 1 && strcmp(key + length - (sizeof name - 1), name) == 0)
        return rondo_owned_copy(n->owned, key, length - (sizeof name - 1));
    for (int64_t d = 0; d < n->difference_count; d++)
        if (n->differences[d].shown && strcmp(n->differences[d].key, key) != 0 &&
            strcmp(last_word(n->differences[d].key), last_word(key)) == 0)
            return strncmp(key, model, sizeof model - 1) == 0 ? key + sizeof model - 1 : key;
    return last_word(key);
}

static void write_name(const naming *n, rondo_found_variant *variant)
{
    rondo_text text = {0};
    for (int64_t i = 0; i < variant->settings.count; i++) {
        const char *key = short_key(n, variant->settings.items[i].key);
        rondo_text_add(&text, "%s%s=%s", i > 0 ? " " : "", key ? key : "",
                       variant->settings.items[i].value);
    }
    if (text.length == 0) rondo_text_add(&text, "all runs");
    variant->name = rondo_owned_copy(n->owned, rondo_text_get(&text), text.length);
    rondo_owned_release(n->owned, &text);
}

void rondo_compared_name_variants(const rondo_setting_list *const *groups, int64_t count,
                                  rondo_found_variant *variants, rondo_owned *owned)
{
    naming n = {.owned = owned, .count = count};
    n.groups = rondo_owned_take(owned, (size_t)count * sizeof *n.groups);
    if (!n.groups) return;
    for (int64_t g = 0; g < count; g++)
        n.groups[g] = groups[g];
    find_differences(&n);
    choose(&n, false);
    if (!is_unique(&n)) choose(&n, true);
    for (int64_t g = 0; g < count; g++) {
        variants[g] = (rondo_found_variant){0};
        for (int64_t d = 0; d < n.difference_count; d++) {
            const char *value = rondo_setting_list_find(groups[g], n.differences[d].key);
            if (n.differences[d].shown && value)
                rondo_setting_list_add(&variants[g].settings, owned, n.differences[d].key, value);
        }
        write_name(&n, &variants[g]);
    }
}
