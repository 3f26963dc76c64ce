#include "config/unused.h"

#include <stdio.h>
#include <string.h>

#include "config/tree.h"
#include "plugin/options.h"

typedef struct scan {
    const rondo_node *root;
    const rondo_experiment *experiment;
    const rondo_problems *problems;
    rondo_owned *owned;
    const rondo_unused *taken; /* the list, which begins behind it */
    rondo_unused *last;
} scan;

static const rondo_unused *find_taken(const rondo_unused *taken, const char *path)
{
    for (const rondo_unused *unused = taken->next; unused; unused = unused->next)
        if (strcmp(unused->path, path) == 0) return unused;
    return NULL;
}

/* Whether the key was said before one of those that decide, or before what made one of these void, so
 * that it may have counted then. */
static bool is_old(const scan *s, const rondo_condition *condition, const char *path,
                   rondo_place place)
{
    char key[RONDO_PATH_SIZE];
    if (place.source->is_record) return true;
    for (int i = 0; rondo_condition_key_path(condition, i, path, key); i++) {
        const rondo_unused *void_one = find_taken(s->taken, key);
        if (void_one && void_one->is_old) return true;
        if (!rondo_tree_find(s->root, key)) continue;
        rondo_place decider = rondo_tree_place(s->root, key);
        if (rondo_source_age(place.source) > rondo_source_age(decider.source)) return true;
    }
    return false;
}

/* True: the key at `path` does not meet the condition (NULL: it does), and is noted. */
static bool note(scan *s, const rondo_condition *condition, const char *path, rondo_place place,
                 bool is_section)
{
    if (!condition || rondo_problems_has(s->problems, path)) return false;
    rondo_unused *unused = rondo_owned_take(s->owned, sizeof *unused);
    const char *copy = rondo_owned_copy(s->owned, path, strlen(path));
    if (!unused || !copy) return false;
    *unused = (rondo_unused){.path = copy,
                             .place = place,
                             .condition = condition,
                             .before = s->experiment,
                             .is_section = is_section,
                             .is_old = is_old(s, condition, path, place)};
    s->last->next = unused;
    s->last = unused;
    return true;
}

static const rondo_condition *find(const scan *s, const char *path)
{
    return rondo_condition_find(path, s->experiment, s->problems);
}

static const rondo_section *find_inner(const rondo_section *section, const char *key)
{
    for (const rondo_section *inner = section->sections; inner && inner->name; inner++)
        if (strcmp(inner->name, key) == 0) return inner;
    return NULL;
}

static bool has_value(const rondo_section *section, const char *key)
{
    bool found = rondo_options_find(section->rows, key) != NULL;
    for (const rondo_part_key *part = section->parts; !found && part && part->name; part++)
        found = strcmp(part->name, key) == 0;
    return found;
}

static void scan_section(scan *s, const rondo_section *section, rondo_node *node, const char *path);

static void scan_list(scan *s, const rondo_section *section, const rondo_node *node,
                      const char *path)
{
    char index[32], entry[RONDO_PATH_SIZE];
    for (int64_t i = 0; node->kind == RONDO_SEQUENCE && i < node->count; i++) {
        snprintf(index, sizeof index, "%lld", (long long)i);
        scan_section(s, section, node->items[i].value, rondo_path_join(path, index, entry));
    }
}

/* A list, and a direction of a layer, are taken whole. True: the section goes, now or because
 * nothing is left in it. */
static bool scan_inner(scan *s, const rondo_section *inner, const rondo_item *item,
                       const char *path)
{
    bool is_direction =
        inner->plugin && inner->plugin->inherits; /* made by an empty mapping, too */
    bool is_empty = item->value->kind != RONDO_SCALAR && item->value->count == 0;
    if (rondo_node_is_empty(item->value) || (is_empty && !is_direction)) return false;
    if ((is_direction || inner->list) && note(s, find(s, path), path, item->place, true))
        return true;
    if (inner->list)
        scan_list(s, inner, item->value, path);
    else
        scan_section(s, inner, item->value, path);
    return item->value->kind == RONDO_MAPPING && item->value->count == 0;
}

/* Options of a plugin. */
static void scan_options(scan *s, rondo_node *node, const char *path)
{
    char key[RONDO_PATH_SIZE];
    for (int64_t i = node->kind == RONDO_MAPPING ? node->count - 1 : -1; i >= 0; i--) {
        const rondo_item *item = &node->items[i];
        rondo_path_join(path, item->key, key);
        const rondo_condition *condition = find(s, key);
        if (!condition)
            condition = rondo_condition_find_option(key, s->experiment, s->problems, s->owned);
        if (note(s, condition, key, item->place, false)) rondo_node_remove(node, item->key);
    }
}

static void scan_section(scan *s, const rondo_section *section, rondo_node *node, const char *path)
{
    char key[RONDO_PATH_SIZE];
    if (node->kind != RONDO_MAPPING) return;
    for (int64_t i = node->count - 1; i >= 0; i--) {
        const rondo_item *item = &node->items[i];
        const rondo_section *inner = find_inner(section, item->key);
        rondo_path_join(path, item->key, key);
        bool is_void =
            inner ? scan_inner(s, inner, item, key)
                  : has_value(section, item->key) && note(s, find(s, key), key, item->place, false);
        if (section->plugin && strcmp(item->key, "options") == 0) scan_options(s, item->value, key);
        if (is_void) rondo_node_remove(node, item->key);
    }
}

bool rondo_unused_take(rondo_node *root, const rondo_experiment *experiment,
                       const rondo_problems *problems, rondo_unused *taken, rondo_owned *owned)
{
    rondo_unused *last = taken;
    while (last->next)
        last = last->next;
    scan s = {root, experiment, problems, owned, taken, last};
    scan_section(&s, &rondo_root_section, root, "");
    return last->next != NULL;
}

/* Whether a file says what holds without the key, as resolved configs do; --set is never idle. */
static bool is_harmless(const rondo_unused *unused, const rondo_experiment *now)
{
    rondo_text given = {0}, fallback = {0};
    if (unused->is_section || unused->place.source->lineless) return false;
    rondo_condition_value(unused->before, unused->path, &given);
    rondo_condition_value(now, unused->path, &fallback);
    bool same = strcmp(rondo_text_get(&given), rondo_text_get(&fallback)) == 0;
    rondo_text_finish(&given);
    rondo_text_finish(&fallback);
    return same;
}

static bool is_open(const rondo_unused *unused, const rondo_problems *problems)
{
    char key[RONDO_PATH_SIZE];
    bool open = false;
    for (int i = 0; rondo_condition_key_path(unused->condition, i, unused->path, key); i++)
        open = open || rondo_problems_has(problems, key);
    return open;
}

void rondo_unused_report(const rondo_unused *first, const rondo_experiment *now,
                         rondo_problems *problems)
{
    for (const rondo_unused *unused = first; unused; unused = unused->next) {
        rondo_text text = {0};
        if (unused->is_old || is_harmless(unused, now) || is_open(unused, problems)) continue;
        rondo_condition_explain(unused->condition, unused->path, unused->before, &text);
        rondo_problems_add(problems, unused->place, unused->path, "%s", rondo_text_get(&text));
        rondo_owned_release(&problems->owned, &text);
    }
}
