#include "config/overrides.h"

#include <stdlib.h>
#include <string.h>

#include "config/sections.h"
#include "config/tree.h"
#include "plugin/options.h"

enum { FIRST_RANK = 1000000, MAX_PATH_PARTS = 16 };

typedef struct override {
    rondo_owned *owned;
    rondo_problems *problems;
    rondo_registry *registry;
    rondo_place place;
    int64_t part_count;
    const char *parts[MAX_PATH_PARTS];
    rondo_node *value;
} override;

static bool is_index(const char *part)
{
    size_t length = strlen(part);
    return length > 0 && length < 10 && strspn(part, "0123456789") == length;
}

/* Cuts "a.b.c" in place. */
static bool split_path(override *o, char *path)
{
    for (char *part = path; part;) {
        char *dot = strchr(part, '.');
        if (dot) *dot++ = '\0';
        if (part[0] == '\0' || o->part_count == MAX_PATH_PARTS) return false;
        o->parts[o->part_count++] = part;
        part = dot;
    }
    return true;
}

static rondo_node *new_node(const override *o, rondo_node_kind kind)
{
    rondo_node *node = rondo_owned_take(o->owned, sizeof *node);
    if (!node) return NULL;
    node->kind = kind;
    node->place = o->place;
    if (kind == RONDO_SCALAR) node->text = "";
    return node;
}

static rondo_node *new_container(const override *o, const char *next_part)
{
    return new_node(o, strcmp(next_part, "0") == 0 ? RONDO_SEQUENCE : RONDO_MAPPING);
}

/* The entry for the part, made with an empty value where it may be; NULL with a problem. */
static rondo_item *reach(const override *o, rondo_node *node, const char *part)
{
    char buffer[RONDO_QUOTE_SIZE];
    if (node->kind == RONDO_MAPPING) {
        rondo_item *item = rondo_node_find(node, part);
        if (item) return item;
        rondo_node_add(node, o->owned, part, o->place, NULL);
    } else if (!is_index(part)) {
        rondo_problems_add(o->problems, o->place, "",
                           "\"%s\" is not an index of a list (0, 1, ...)",
                           rondo_problem_quote(part, buffer));
        return NULL;
    } else {
        int64_t index = atoll(part);
        if (index < node->count) return &node->items[index];
        if (index > node->count) {
            rondo_problems_add(o->problems, o->place, "",
                               "index %s is beyond the end of the list, which has %lld entries",
                               part, (long long)node->count);
            return NULL;
        }
        rondo_node_add(node, o->owned, NULL, o->place, NULL);
    }
    return o->owned->failed ? NULL : &node->items[node->count - 1];
}

static const rondo_plugin *find_plugin(const override *o, rondo_plugin_kind kind,
                                       const rondo_node *name)
{
    rondo_error ignored = {0}; /* the reader reports it */
    const rondo_plugin *plugin = NULL;
    if (!name || name->kind != RONDO_SCALAR) return NULL;
    if (rondo_registry_find(o->registry, kind, name->text, &plugin, &ignored)) return NULL;
    return plugin;
}

/* Whether the override's key is the one by which its section names a plugin. */
static bool names_plugin(const override *o, rondo_plugin_kind *kind)
{
    char path[RONDO_PATH_SIZE] = "", before[RONDO_PATH_SIZE];
    for (int64_t i = 0; i < o->part_count - 1; i++) {
        memcpy(before, path, sizeof before);
        rondo_path_join(before, o->parts[i], path);
    }
    const rondo_section *section = rondo_section_find(path);
    if (!section || !section->plugin) return false;
    *kind = section->plugin->kind;
    return strcmp(section->plugin->key, o->parts[o->part_count - 1]) == 0;
}

/* Entries of a mapping (NULL: none) that `old` has a row for, but `now` has not. */
static void drop_entries(rondo_item *mapping, const rondo_option *old, const rondo_option *now)
{
    if (!mapping || mapping->value->kind != RONDO_MAPPING) return;
    for (int64_t i = mapping->value->count - 1; i >= 0; i--) {
        const char *key = mapping->value->items[i].key;
        if (rondo_options_find(old, key) && !rondo_options_find(now, key))
            rondo_node_remove(mapping->value, key);
    }
}

/* Before the name in `section` changes to the override's value. */
static void drop_stale_options(const override *o, rondo_node *section)
{
    static const rondo_state_key zoneout = {.name = "zoneout"};
    rondo_option old_states[RONDO_MAX_STATES + 1], states[RONDO_MAX_STATES + 1];
    rondo_plugin_kind kind;
    rondo_item *name = rondo_node_find(section, o->parts[o->part_count - 1]);
    if (!name || !names_plugin(o, &kind)) return;
    const rondo_plugin *old = find_plugin(o, kind, name->value);
    const rondo_plugin *now = find_plugin(o, kind, o->value);
    if (!old || !now) return;
    drop_entries(rondo_node_find(section, "options"), old->options, now->options);
    if (kind != RONDO_KIND_CELL) return;
    rondo_state_options(&zoneout, old, NULL, old_states);
    rondo_state_options(&zoneout, now, NULL, states);
    drop_entries(rondo_node_find(section, zoneout.name), old_states, states);
}

static void put(const override *o, rondo_node *root)
{
    rondo_node *node = root;
    for (int64_t i = 0; i < o->part_count; i++) {
        bool is_last = i == o->part_count - 1;
        if (is_last && node->kind == RONDO_MAPPING) drop_stale_options(o, node);
        rondo_item *item = reach(o, node, o->parts[i]);
        if (!item) return;
        if (is_last) {
            item->value = o->value;
            item->place = o->place;
        } else if (!item->value || item->value->kind == RONDO_SCALAR) {
            item->value = new_container(o, o->parts[i + 1]);
            item->place = o->place;
        }
        node = item->value;
        if (!node) return;
    }
}

/* Reads "path=value"; false with a problem, or where memory ran out. */
static bool read_set(override *o, const char *text, const rondo_origin *source)
{
    const char *equals = strchr(text, '=');
    o->place = (rondo_place){.source = source};
    if (!equals || equals == text) {
        rondo_problems_add(o->problems, o->place, "", "write path.to.key=value");
        return false;
    }
    char *path = rondo_owned_copy(o->owned, text, (size_t)(equals - text));
    if (!path) return false;
    if (!split_path(o, path)) {
        rondo_problems_add(o->problems, o->place, "", "the path must be words separated by dots");
        return false;
    }
    if (strcmp(o->parts[0], "extends") == 0) {
        rondo_problems_add(o->problems, o->place, "", "extends can only be written in a file");
        return false;
    }
    bool is_blank = equals[1 + strspn(equals + 1, " \t\r\n")] == '\0';
    o->value = is_blank ? new_node(o, RONDO_SCALAR)
                        : rondo_yaml_parse(source, equals + 1, o->owned, o->problems);
    return o->value != NULL;
}

static const rondo_origin *new_source(rondo_owned *owned, const char *text, const char *given_name,
                                      const char *folder, int64_t index)
{
    rondo_text name = {0};
    char buffer[RONDO_QUOTE_SIZE];
    rondo_origin *source = rondo_owned_take(owned, sizeof *source);
    if (given_name)
        rondo_text_add(&name, "%s", given_name);
    else
        rondo_text_add(&name, "--set %s", rondo_problem_quote(text, buffer));
    if (source) {
        source->name = rondo_owned_copy(owned, rondo_text_get(&name), name.length);
        source->folder = folder;
        source->rank = FIRST_RANK + index;
        source->lineless = true;
    }
    rondo_owned_release(owned, &name);
    return owned->failed ? NULL : source;
}

static int compare_parts(const char *a, const char *b)
{
    if (!is_index(a) || !is_index(b)) return strcmp(a, b);
    long long left = atoll(a), right = atoll(b);
    return (left > right) - (left < right);
}

/* Whether `a` is applied before `b`, wherever they stood: a section before what is in it, entries
 * of a list by number, a cell before its options. */
static bool goes_first(const override *a, const override *b)
{
    for (int64_t i = 0; i < a->part_count && i < b->part_count; i++) {
        int order = compare_parts(a->parts[i], b->parts[i]);
        if (order) return order < 0;
    }
    return a->part_count < b->part_count;
}

/* The same path twice stays in the order given: the last one counts. */
static void insert(override *list, int64_t count, override o)
{
    int64_t place = count;
    for (; place > 0 && goes_first(&o, &list[place - 1]); place--)
        list[place] = list[place - 1];
    list[place] = o;
}

void rondo_overrides_apply(rondo_node *root, const char *const *sets, const char *const *names,
                           int64_t set_count, const char *folder, rondo_registry *registry,
                           rondo_owned *owned, rondo_problems *problems)
{
    int64_t count = 0;
    override *list = rondo_owned_take(owned, (size_t)(set_count + 1) * sizeof *list);
    for (int64_t i = 0; list && i < set_count; i++) {
        override o = {.owned = owned, .problems = problems, .registry = registry};
        const rondo_origin *source = new_source(owned, sets[i], names ? names[i] : NULL, folder, i);
        if (source && read_set(&o, sets[i], source)) insert(list, count++, o);
    }
    for (int64_t i = 0; i < count && !owned->failed; i++) {
        put(&list[i], root);
        if (owned->failed) return; /* an entry may be without its value */
        rondo_tree_expand(root, owned);
    }
}
