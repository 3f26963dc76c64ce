#include "config/renames.h"

#include <stdio.h>
#include <string.h>

#include "config/conditions.h"
#include "config/problems.h"
#include "config/sections.h"
#include "config/tree.h"
#include "plugin/options.h"

enum { MAX_WILD = 4 };

/* One row on its way through the tree. */
typedef struct renaming {
    const rondo_rename *row;
    rondo_node *root;
    rondo_registry *registry;
    rondo_owned *owned;
    rondo_problems *problems;
    int wild_count;
    const char *wild[MAX_WILD]; /* what "*" stands for */
} renaming;

/* What a path is an option of. */
typedef struct option_place {
    const rondo_plugin_key *chooser; /* NULL: it is no option */
    char choice[RONDO_PATH_SIZE];    /* path of the key that chooses */
    const char *option;              /* last part of the path */
} option_place;

/* A key found under its old name. */
typedef struct renamed {
    const renaming *r;
    rondo_item *item;
    const char *old;
    char now[RONDO_PATH_SIZE];
    option_place of; /* of the new name */
} renamed;

/* --- paths --- */

/* `pattern` with the wild parts as they were found. */
static void fill_pattern(const renaming *r, const char *pattern, char path[RONDO_PATH_SIZE])
{
    int wild = 0;
    path[0] = '\0';
    while (*pattern) {
        char part[RONDO_PATH_SIZE], before[RONDO_PATH_SIZE];
        size_t length = strcspn(pattern, ".");
        snprintf(part, sizeof part, "%.*s", (int)length, pattern);
        memcpy(before, path, sizeof before);
        rondo_path_join(before, strcmp(part, "*") == 0 ? r->wild[wild++] : part, path);
        pattern += length;
        pattern += *pattern == '.';
    }
}

/* Of "SECTION.options.KEY" the section's key that chooses. */
static void find_chooser(const char *path, option_place *of)
{
    char section[RONDO_PATH_SIZE];
    const char *last = strrchr(path, '.');
    static const char options[] = ".options";
    size_t length = last ? (size_t)(last - path) : 0, tail = sizeof options - 1;
    of->option = last ? last + 1 : path;
    of->chooser = NULL;
    if (length <= tail || strncmp(last - tail, options, tail) != 0) return;
    snprintf(section, sizeof section, "%.*s", (int)(length - tail), path);
    const rondo_section *found = rondo_section_find(section);
    if (!found || !found->plugin) return;
    of->chooser = found->plugin;
    rondo_path_join(section, found->plugin->key, of->choice);
}

/* --- what the section names --- */

static const char *chosen_name(const renaming *r, const option_place *of)
{
    const rondo_node *node = rondo_tree_find(r->root, of->choice);
    if (!node) return of->chooser->fallback;
    return node->kind == RONDO_SCALAR ? node->text : NULL;
}

/* Whether what the section names has an option of the old name itself. */
static bool is_in_use(const renaming *r, const char *path)
{
    option_place of;
    const rondo_plugin *plugin;
    rondo_error ignored = {0};
    find_chooser(path, &of);
    const char *name = of.chooser ? chosen_name(r, &of) : NULL;
    return name && !rondo_registry_find(r->registry, of.chooser->kind, name, &plugin, &ignored) &&
           rondo_options_find(plugin->options, of.option);
}

/* The option of `name` that the old key stands for; NULL: it has none. */
static const rondo_option *option_of(const renamed *k, const char *name,
                                     const rondo_plugin **plugin)
{
    rondo_error ignored = {0};
    const char *of = k->r->row->of;
    if (of && !rondo_text_lists(of, name)) return NULL;
    if (rondo_registry_find(k->r->registry, k->of.chooser->kind, name, plugin, &ignored))
        return NULL;
    return rondo_options_find((*plugin)->options, k->of.option);
}

/* Names whose option it is, "a, b"; where there are none, those whose option it was. */
static void add_names(const renamed *k, rondo_text *text)
{
    const rondo_plugin *plugin;
    const size_t start = text->length;
    for (int64_t i = 0; i < rondo_registry_count(k->r->registry, k->of.chooser->kind); i++) {
        const char *name = rondo_registry_name(k->r->registry, k->of.chooser->kind, i);
        if (option_of(k, name, &plugin))
            rondo_text_add(text, "%s%s", text->length > start ? ", " : "", name);
    }
    if (text->length == start && k->r->row->of) rondo_text_add(text, "%s", k->r->row->of);
}

/* Another choice would have it, what is chosen has not. A choice that is itself a mistake is not
 * checked, and what nothing has is for the reader to refuse. */
static bool is_misplaced(const renamed *k)
{
    const rondo_plugin *plugin;
    rondo_error ignored = {0};
    rondo_text names = {0};
    const char *name = k->of.chooser ? chosen_name(k->r, &k->of) : NULL;
    if (!name || rondo_registry_find(k->r->registry, k->of.chooser->kind, name, &plugin, &ignored))
        return false;
    add_names(k, &names);
    bool is_misplaced = names.length > 0 && !rondo_text_lists(rondo_text_get(&names), name);
    rondo_owned_release(k->r->owned, &names);
    return is_misplaced;
}

/* --- keys that mean nothing here --- */

static bool is_default_of(const renamed *k, const char *name)
{
    const rondo_plugin *plugin;
    const rondo_option *row = option_of(k, name, &plugin);
    rondo_text given = {0}, fallback = {0}, reason = {0};
    void *config = row ? rondo_owned_take(k->r->owned, plugin->config_size) : NULL;
    if (!config || k->item->value->kind != RONDO_SCALAR) return false;
    rondo_options_default(plugin->options, config);
    if (!rondo_options_is_void(row, config)) rondo_options_print(row, config, &fallback);
    bool same = rondo_options_set(row, config, k->item->value->text, &reason);
    if (same) rondo_options_print(row, config, &given);
    same = same && strcmp(rondo_text_get(&given), rondo_text_get(&fallback)) == 0;
    rondo_owned_release(k->r->owned, &reason);
    rondo_owned_release(k->r->owned, &given);
    rondo_owned_release(k->r->owned, &fallback);
    return same;
}

/* Whether a file says what holds without the key, as resolved configs did. */
static bool is_default(const renamed *k)
{
    if (rondo_node_is_empty(k->item->value)) return true;
    for (int64_t i = 0; i < rondo_registry_count(k->r->registry, k->of.chooser->kind); i++)
        if (is_default_of(k, rondo_registry_name(k->r->registry, k->of.chooser->kind, i)))
            return true;
    return false;
}

static bool is_left_behind(const renamed *k)
{
    if (!rondo_tree_find(k->r->root, k->of.choice)) return false;
    rondo_place choice = rondo_tree_place(k->r->root, k->of.choice);
    return rondo_source_age(k->item->place.source) > rondo_source_age(choice.source);
}

static void report_misplaced(const renamed *k)
{
    const rondo_origin *source = k->item->place.source;
    if (source->is_record || is_left_behind(k) || (!source->lineless && is_default(k))) return;
    rondo_text text = {0}, names = {0};
    add_names(k, &names);
    rondo_text_add(&text, "only for %s ", k->of.choice);
    rondo_text_add_choices(&text, rondo_text_get(&names));
    rondo_text_add(&text, "; this config has %s", chosen_name(k->r, &k->of));
    rondo_problems_add(k->r->problems, k->item->place, k->now, "%s", rondo_text_get(&text));
    rondo_owned_release(k->r->owned, &text);
    rondo_owned_release(k->r->owned, &names);
}

/* --- keys that move --- */

/* The entry for a part of the new path, made where it is not there; NULL: none can be. */
static rondo_item *reach(const renamed *k, rondo_node *node, const char *part)
{
    if (rondo_node_is_empty(node)) {
        node->kind = RONDO_MAPPING;
        node->text = NULL;
    }
    if (node->kind == RONDO_SEQUENCE) {
        const rondo_node *found = rondo_tree_find(node, part);
        for (int64_t i = 0; found && i < node->count; i++)
            if (node->items[i].value == found) return &node->items[i];
        return NULL;
    }
    if (node->kind != RONDO_MAPPING) return NULL;
    rondo_item *found = rondo_node_find(node, part);
    if (found) return found;
    const char *key = rondo_owned_copy(k->r->owned, part, strlen(part));
    if (key) rondo_node_add(node, k->r->owned, key, k->item->place, NULL);
    return k->r->owned->failed ? NULL : &node->items[node->count - 1];
}

static rondo_node *new_mapping(const renamed *k)
{
    rondo_node *node = rondo_owned_take(k->r->owned, sizeof *node);
    if (!node) return NULL;
    node->kind = RONDO_MAPPING;
    node->place = k->item->place;
    return node;
}

/* The entry of the new path, its value NULL where the config does not have it; NULL: something on
 * the way there is a mistake, of which the reader tells. */
static rondo_item *reach_path(const renamed *k)
{
    rondo_node *node = k->r->root;
    for (const char *rest = k->now;;) {
        char part[RONDO_PATH_SIZE];
        size_t length = strcspn(rest, ".");
        snprintf(part, sizeof part, "%.*s", (int)length, rest);
        rondo_item *item = reach(k, node, part);
        if (!item || rest[length] == '\0') return item;
        if (!item->value && !(item->value = new_mapping(k))) return NULL;
        node = item->value;
        rest += length + 1;
    }
}

/* What was given later stays. */
static void move(const renamed *k)
{
    const rondo_item old = *k->item;
    rondo_item *now = reach_path(k);
    if (!now) return;
    int64_t old_age = rondo_source_age(old.place.source);
    int64_t age = now->value ? rondo_source_age(now->place.source) : old_age + 1;
    if (old_age == age)
        rondo_problems_add(k->r->problems, old.place, k->old,
                           "is the old name of %s, which the config gives, too: keep one of them",
                           k->now);
    if (old_age >= age) return;
    now->value = old.value;
    now->place = old.place;
}

/* --- the walk --- */

static void rename_key(const renaming *r, rondo_item *item, const char *path)
{
    rondo_item kept = *item;
    renamed k = {.r = r, .item = &kept, .old = path};
    fill_pattern(r, r->row->now, k.now);
    find_chooser(k.now, &k.of);
    if (is_misplaced(&k))
        report_misplaced(&k);
    else
        move(&k);
}

static void walk(renaming *r, rondo_node *node, const char *pattern, const char *path);

static void visit(renaming *r, rondo_node *node, int64_t index, const char *part, const char *rest,
                  const char *path)
{
    char number[32], full[RONDO_PATH_SIZE];
    rondo_item item = node->items[index];
    const char *key = item.key;
    if (!key) {
        snprintf(number, sizeof number, "%lld", (long long)index);
        key = number;
    }
    bool is_wild = strcmp(part, "*") == 0;
    if (!is_wild && strcmp(part, key) != 0) return;
    if (is_wild) r->wild[r->wild_count++] = key;
    rondo_path_join(path, key, full);
    if (*rest) {
        walk(r, item.value, rest, full);
    } else if (!is_in_use(r, full)) {
        rondo_node_remove(node, key);
        rename_key(r, &item, full);
    }
    if (is_wild) r->wild[--r->wild_count] = NULL;
}

/* A section all of whose keys had other names is not there any more. */
static void remove_empty(rondo_node *node, const char *part, const char *rest)
{
    const rondo_item *item = node->kind == RONDO_MAPPING ? rondo_node_find(node, part) : NULL;
    if (!item || strcmp(rest, "*") != 0) return;
    bool is_empty = item->value->kind == RONDO_MAPPING && item->value->count == 0;
    if (is_empty || rondo_node_is_empty(item->value)) rondo_node_remove(node, part);
}

static void walk(renaming *r, rondo_node *node, const char *pattern, const char *path)
{
    char part[RONDO_PATH_SIZE];
    size_t length = strcspn(pattern, ".");
    const char *rest = pattern + length + (pattern[length] == '.');
    if (node->kind == RONDO_SCALAR) return;
    snprintf(part, sizeof part, "%.*s", (int)length, pattern);
    for (int64_t i = node->count - 1; i >= 0 && !r->owned->failed; i--)
        visit(r, node, i, part, rest, path);
    remove_empty(node, part, rest);
}

void rondo_renames_apply(const rondo_rename *table, rondo_node *root, rondo_registry *registry,
                         rondo_owned *owned, rondo_problems *problems)
{
    for (; table->old; table++) {
        renaming r = {
            .row = table, .root = root, .registry = registry, .owned = owned, .problems = problems};
        walk(&r, root, table->old, "");
    }
}

/* --- names without a tree --- */

static void rename_path(const rondo_rename *row, char path[RONDO_PATH_SIZE])
{
    char copy[RONDO_PATH_SIZE], filled[RONDO_PATH_SIZE];
    char *part = memcpy(copy, path, sizeof copy);
    renaming r = {.row = row};
    for (const char *pattern = row->old; *pattern; pattern += *pattern == '.') {
        size_t length = strcspn(pattern, ".");
        char *dot = part ? strchr(part, '.') : NULL;
        bool is_wild = length == 1 && *pattern == '*';
        if (dot) *dot = '\0';
        if (!part || !(is_wild || (strlen(part) == length && !strncmp(part, pattern, length))))
            return;
        if (is_wild) r.wild[r.wild_count++] = part;
        part = dot ? dot + 1 : NULL;
        pattern += length;
    }
    fill_pattern(&r, row->now, filled);
    if (part)
        rondo_path_join(filled, part, path);
    else
        memcpy(path, filled, sizeof filled);
}

const char *rondo_renames_path(const rondo_rename *table, const char *path,
                               char now[RONDO_PATH_SIZE])
{
    snprintf(now, RONDO_PATH_SIZE, "%s", path);
    for (; table->old; table++)
        rename_path(table, now);
    return now;
}

bool rondo_renames_same(const rondo_rename *table, const char *a, const char *b)
{
    char left[RONDO_PATH_SIZE], right[RONDO_PATH_SIZE];
    if (strcmp(a, b) == 0) return true;
    return strcmp(rondo_renames_path(table, a, left), rondo_renames_path(table, b, right)) == 0;
}

int64_t rondo_renames_below(const rondo_rename *table, const char *section, rondo_old_key *keys,
                            int64_t room)
{
    int64_t count = 0;
    for (; table->old && count < room; table++) {
        char path[RONDO_PATH_SIZE];
        const char *dot = strrchr(table->old, '.');
        rondo_old_key *key = &keys[count];
        key->name = dot ? dot + 1 : table->old;
        if (strcmp(key->name, "*") == 0) continue;
        snprintf(key->now, sizeof key->now, "%s", rondo_path_join(section, key->name, path));
        rename_path(table, key->now);
        if (strcmp(key->now, path) != 0) count++;
    }
    return count;
}
