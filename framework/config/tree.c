#include "config/tree.h"

#include <stdlib.h>
#include <string.h>

/* YAML 1.2.2, 10.3.2: the plain scalars of its core schema that are null. */
bool rondo_node_is_empty(const rondo_node *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    if (node->kind != RONDO_SCALAR || node->quoted) return false;
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++)
        if (strcmp(node->text, nulls[i]) == 0) return true;
    return false;
}

/* The entry that one part of a path ("layers", "0") leads to, or NULL. */
static const rondo_item *step(const rondo_node *node, const char *part, size_t length)
{
    for (int64_t i = 0; node->kind == RONDO_MAPPING && i < node->count; i++) {
        const char *key = node->items[i].key;
        if (strlen(key) == length && strncmp(key, part, length) == 0) return &node->items[i];
    }
    if (node->kind == RONDO_SEQUENCE) {
        char *end;
        long long index = strtoll(part, &end, 10);
        if (end == part + length && index >= 0 && index < node->count) return &node->items[index];
    }
    return NULL;
}

/* As far along the path as the tree goes; *item is the last entry passed, or NULL. */
static const rondo_node *walk(const rondo_node *root, const char *path, const rondo_item **item)
{
    const rondo_node *node = root;
    *item = NULL;
    while (*path) {
        size_t length = strcspn(path, ".");
        const rondo_item *next = step(node, path, length);
        if (!next) return NULL;
        *item = next;
        node = next->value;
        path += length;
        path += *path == '.';
    }
    return node;
}

const rondo_node *rondo_tree_find(const rondo_node *root, const char *path)
{
    const rondo_item *item;
    return walk(root, path, &item);
}

rondo_place rondo_tree_place(const rondo_node *root, const char *path)
{
    const rondo_item *item;
    walk(root, path, &item);
    return item ? item->place : root->place;
}

void rondo_node_remove(rondo_node *mapping, const char *key)
{
    rondo_item *item = rondo_node_find(mapping, key);
    if (!item) return;
    int64_t behind = mapping->count - 1 - (item - mapping->items);
    memmove(item, item + 1, (size_t)behind * sizeof *item);
    mapping->count--;
}

/* `input: word` in a mapping becomes `input: {kind: word}`. */
static void expand_input(const rondo_node *parent, rondo_owned *owned)
{
    rondo_item *input = rondo_node_find(parent, "input");
    if (!input || input->value->kind != RONDO_SCALAR || rondo_node_is_empty(input->value)) return;
    rondo_node *mapping = rondo_owned_take(owned, sizeof *mapping);
    if (!mapping) return;
    mapping->kind = RONDO_MAPPING;
    mapping->place = input->value->place;
    rondo_node_add(mapping, owned, "kind", input->value->place, input->value);
    input->value = mapping;
}

void rondo_tree_expand(rondo_node *root, rondo_owned *owned)
{
    rondo_item *model = rondo_node_find(root, "model");
    rondo_item *decoder = model ? rondo_node_find(model->value, "decoder") : NULL;
    if (model) expand_input(model->value, owned);
    if (decoder) expand_input(decoder->value, owned);
}

static void resolve_input(const rondo_node *parent)
{
    rondo_item *input = rondo_node_find(parent, "input");
    rondo_item *kind = input ? rondo_node_find(input->value, "kind") : NULL;
    rondo_item *width = input ? rondo_node_find(input->value, "embedding") : NULL;
    if (!kind || !width) return;
    bool agree = kind->value->text && strcmp(kind->value->text, "embedding") == 0;
    int64_t kind_age = rondo_source_age(kind->place.source);
    int64_t width_age = rondo_source_age(width->place.source);
    if (!agree && kind_age != width_age)
        rondo_node_remove(input->value, kind_age > width_age ? "kind" : "embedding");
}

void rondo_tree_resolve_inputs(rondo_node *root)
{
    rondo_item *model = rondo_node_find(root, "model");
    rondo_item *decoder = model ? rondo_node_find(model->value, "decoder") : NULL;
    if (model) resolve_input(model->value);
    if (decoder) resolve_input(decoder->value);
}

static bool is_changed(const rondo_node *base, const rondo_node *over, const char *key)
{
    const rondo_item *old = rondo_node_find(base, key), *now = rondo_node_find(over, key);
    if (!now) return false;
    if (!old || !old->value->text || !now->value->text) return true;
    return strcmp(old->value->text, now->value->text) != 0;
}

static void drop_stale(rondo_node *base, const rondo_node *over)
{
    static const char *const choosers[] = {"name", "cell",
                                           "format"}; /* of all sections that name something */
    for (size_t i = 0; i < sizeof choosers / sizeof *choosers; i++) {
        if (!is_changed(base, over, choosers[i])) continue;
        rondo_node_remove(base, "options");
        rondo_node_remove(base, "zoneout");
    }
}

rondo_node *rondo_tree_merge(rondo_node *base, rondo_node *over, rondo_owned *owned)
{
    if (rondo_node_is_empty(over) && base->kind == RONDO_MAPPING) return base;
    if (base->kind != RONDO_MAPPING || over->kind != RONDO_MAPPING) return over;
    drop_stale(base, over);
    for (int64_t i = 0; i < over->count; i++) {
        rondo_item *item = &over->items[i], *old = rondo_node_find(base, item->key);
        if (!old) {
            rondo_node_add(base, owned, item->key, item->place, item->value);
            continue;
        }
        old->value = rondo_tree_merge(old->value, item->value, owned);
        old->place = item->place;
    }
    base->place = over->place;
    return base;
}
