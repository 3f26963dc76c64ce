/* set, variants, axes: keys of a config and their values. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "config/renames.h"
#include "config/tree.h"
#include "sweep/keys.h"

/* Whether a plain scalar is the same within brackets on one line: what could begin or end something
 * there is written in quotes. */
static bool stands_plain(const rondo_node *node)
{
    static const char safe[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-/~ ";
    const char *text = node->text;
    bool is_number = text[0] == '-' && strchr("0123456789.", text[1]) && text[1];
    bool is_marker = strncmp(text, "...", 3) == 0 || (text[0] == '-' && !is_number);
    return !node->quoted && text[0] && !is_marker && text[strspn(text, safe)] == '\0';
}

static void add_value(const rondo_node *node, rondo_text *text)
{
    if (node->kind == RONDO_SCALAR) {
        if (stands_plain(node) || rondo_node_is_empty(node))
            rondo_text_add(text, "%s", node->text);
        else
            rondo_json_add_string(text, node->text);
        return;
    }
    bool is_mapping = node->kind == RONDO_MAPPING;
    rondo_text_add(text, is_mapping ? "{" : "[");
    for (int64_t i = 0; i < node->count; i++) {
        if (i > 0) rondo_text_add(text, ", ");
        if (is_mapping) {
            rondo_json_add_string(text, node->items[i].key);
            rondo_text_add(text, ": ");
        }
        add_value(node->items[i].value, text);
    }
    rondo_text_add(text, is_mapping ? "}" : "]");
}

const char *rondo_sweep_value(const rondo_sweep_reader *r, const rondo_node *node)
{
    rondo_text text = {0};
    add_value(node, &text);
    const char *value = rondo_owned_copy(r->reader.owned, rondo_text_get(&text), text.length);
    rondo_owned_release(r->reader.owned, &text);
    return value ? value : "";
}

void rondo_sweep_refuse_empty(const rondo_sweep_reader *r, const rondo_node *node, const char *path)
{
    for (int64_t i = 0; i < node->count; i++) {
        const rondo_node *value = node->items[i].value;
        if (node->kind == RONDO_SEQUENCE && rondo_node_is_empty(value))
            rondo_problems_add(
                r->reader.problems, value->place, path,
                "an entry of this list is empty: write its value, or \"\" for a text "
                "without characters");
        rondo_sweep_refuse_empty(r, value, path);
    }
}

void rondo_settings_append(rondo_settings *settings, rondo_owned *owned, rondo_setting setting)
{
    int64_t count = settings->count;
    if ((count & (count - 1)) == 0) { /* full at each power of two */
        size_t capacity = count > 0 ? 2 * (size_t)count : 1;
        rondo_setting *items = rondo_owned_take(owned, capacity * sizeof *items);
        if (!items) return;
        if (count > 0) memcpy(items, settings->items, (size_t)count * sizeof *items);
        settings->items = items;
    }
    settings->items[settings->count++] = setting;
}

/* A key of a config, as it may stand in a sweep file: words with a dot between. */
static bool is_path(const char *key)
{
    return key[0] && !strpbrk(key, "= \t\r\n") && key[0] != '.' && key[strlen(key) - 1] != '.' &&
           !strstr(key, "..");
}

/* What the sweep itself decides; NULL: nothing of it. */
static const char *reserved(const char *path)
{
    if (strcmp(path, "seed") == 0) return "the seeds of runs are given under seeds";
    if (strcmp(path, "extends") == 0) return "extends can only be written in a config";
    if (strcmp(path, "output") == 0 || strcmp(path, "output.folder") == 0)
        return "runs have folders below output.folder of the sweep";
    return NULL;
}

bool rondo_sweep_check_path(const rondo_sweep_reader *r, const rondo_item *item, const char *key,
                            const char *path)
{
    char full[RONDO_PATH_SIZE], quoted[RONDO_QUOTE_SIZE];
    const char *reason = is_path(key) ? reserved(key) : "a key is words separated by dots";
    if (!reason) return true;
    rondo_path_join(path, rondo_problem_quote(key, quoted), full);
    rondo_problems_add(r->reader.problems, item->place, full, "%s", reason);
    return false;
}

bool rondo_sweep_check_names(const rondo_sweep_reader *r, const rondo_item *item, const char *key,
                             const char *before, const char *path)
{
    char full[RONDO_PATH_SIZE], now[RONDO_PATH_SIZE];
    if (strcmp(key, before) == 0 || !rondo_renames_same(rondo_renames, key, before)) return true;
    rondo_path_join(path, key, full);
    rondo_problems_add(r->reader.problems, item->place, full,
                       "%s and %s are two names of %s: keep one of them", before, key,
                       rondo_renames_path(rondo_renames, key, now));
    return false;
}

/* Mappings are entered, so that {train: {epochs: 5}} leaves the rest of train as it is. */
static void add_settings(const rondo_sweep_reader *r, const rondo_node *mapping, const char *prefix,
                         const char *path, rondo_settings *settings)
{
    for (int64_t i = 0; i < mapping->count; i++) {
        const rondo_item *item = &mapping->items[i];
        char key[RONDO_PATH_SIZE];
        rondo_path_join(prefix, item->key, key);
        if (!rondo_sweep_check_path(r, item, key, path)) continue;
        if (item->value->kind == RONDO_MAPPING && item->value->count > 0) {
            add_settings(r, item->value, key, path, settings);
            continue;
        }
        for (int64_t j = 0; j < settings->count; j++)
            rondo_sweep_check_names(r, item, key, settings->items[j].path, path);
        char full[RONDO_PATH_SIZE];
        rondo_path_join(path, key, full);
        rondo_sweep_refuse_empty(r, item->value, full);
        const char *own = rondo_owned_copy(r->reader.owned, key, strlen(key));
        if (own)
            rondo_settings_append(settings, r->reader.owned,
                                  (rondo_setting){own, rondo_sweep_value(r, item->value),
                                                  rondo_sweep_at(r, item->place)});
    }
}

static const char settings_allowed[] = "a mapping of a config's keys to values";

void rondo_sweep_read_set(const rondo_sweep_reader *r, const rondo_item *item, const char *path)
{
    if (item->value->kind == RONDO_MAPPING)
        add_settings(r, item->value, "", path, &r->sweep->set);
    else if (!rondo_node_is_empty(item->value))
        rondo_sweep_refuse(r, item->value, path, settings_allowed);
}

/* Names stand in tables, in folders' names and on command lines. */
static void check_name(const rondo_sweep_reader *r, const rondo_item *item, const char *path)
{
    enum { LONGEST = 60 };
    size_t length = strlen(item->key);
    bool is_right =
        length > 0 && length <= LONGEST && item->key[0] != ' ' && item->key[length - 1] != ' ';
    for (const char *c = item->key; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f) is_right = false;
    if (is_right) return;
    char full[RONDO_PATH_SIZE], quoted[RONDO_QUOTE_SIZE];
    rondo_path_join(path, rondo_problem_quote(item->key, quoted), full);
    rondo_problems_add(r->reader.problems, item->place, full,
                       "a name has 1 to %d bytes, no control characters, and no blank at its ends",
                       LONGEST);
}

void rondo_sweep_read_variants(const rondo_sweep_reader *r, const rondo_item *item,
                               const char *path)
{
    const rondo_node *node = item->value;
    rondo_sweep *sweep = r->sweep;
    if (rondo_node_is_empty(node)) return;
    if (node->kind != RONDO_MAPPING) {
        rondo_sweep_refuse(r, node, path,
                           "a mapping of names to mappings of a config's keys to values");
        return;
    }
    sweep->cases =
        rondo_owned_take(r->reader.owned, (size_t)(node->count + 1) * sizeof *sweep->cases);
    for (int64_t i = 0; sweep->cases && i < node->count; i++) {
        const rondo_item *entry = &node->items[i];
        char inner[RONDO_PATH_SIZE], quoted[RONDO_QUOTE_SIZE];
        rondo_sweep_case *it = &sweep->cases[sweep->case_count++];
        rondo_path_join(path, rondo_problem_quote(entry->key, quoted), inner);
        check_name(r, entry, path);
        it->name = rondo_owned_copy(r->reader.owned, entry->key, strlen(entry->key));
        it->at = rondo_sweep_at(r, entry->place);
        if (entry->value->kind == RONDO_MAPPING)
            add_settings(r, entry->value, "", inner, &it->settings);
        else if (!rondo_node_is_empty(entry->value))
            rondo_sweep_refuse(r, entry->value, inner, settings_allowed);
    }
}

static void read_axis(const rondo_sweep_reader *r, const rondo_item *item, const char *path)
{
    const rondo_node *list = item->value;
    char inner[RONDO_PATH_SIZE], quoted[RONDO_QUOTE_SIZE];
    rondo_path_join(path, rondo_problem_quote(item->key, quoted), inner);
    if (!rondo_sweep_check_path(r, item, item->key, path)) return;
    if (list->kind != RONDO_SEQUENCE || list->count == 0) {
        rondo_sweep_refuse(r, list, inner, "a list of one or more values");
        return;
    }
    rondo_sweep_refuse_empty(r, list, inner);
    for (int64_t i = 0; i < r->sweep->axis_count; i++)
        rondo_sweep_check_names(r, item, item->key, r->sweep->axes[i].path, path);
    rondo_sweep_axis *axis = &r->sweep->axes[r->sweep->axis_count++];
    axis->path = rondo_owned_copy(r->reader.owned, item->key, strlen(item->key));
    axis->at = rondo_sweep_at(r, item->place);
    for (int64_t i = 0; axis->path && i < list->count; i++) {
        const rondo_node *value = list->items[i].value;
        const char *text = rondo_sweep_value(r, value);
        for (int64_t j = 0; j < axis->values.count; j++)
            if (strcmp(axis->values.items[j].value, text) == 0)
                rondo_problems_add(r->reader.problems, value->place, inner,
                                   "%s is given twice in this list: two runs would be the same",
                                   rondo_problem_quote(text, quoted));
        rondo_settings_append(&axis->values, r->reader.owned,
                              (rondo_setting){axis->path, text, rondo_sweep_at(r, value->place)});
    }
}

void rondo_sweep_read_axes(const rondo_sweep_reader *r, const rondo_item *item, const char *path)
{
    const rondo_node *node = item->value;
    rondo_sweep *sweep = r->sweep;
    if (rondo_node_is_empty(node)) return;
    if (node->kind != RONDO_MAPPING) {
        rondo_sweep_refuse(r, node, path, "a mapping of keys to lists of values");
        return;
    }
    sweep->axes =
        rondo_owned_take(r->reader.owned, (size_t)(node->count + 1) * sizeof *sweep->axes);
    for (int64_t i = 0; sweep->axes && i < node->count; i++)
        read_axis(r, &node->items[i], path);
}
