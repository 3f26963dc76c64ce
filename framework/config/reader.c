#include "config/reader.h"

#include <stdio.h>
#include <string.h>

#include "config/tree.h"
#include "config/unknown.h"
#include "plugin/options.h"

/* A section as the config has it. */
typedef struct scope {
    const rondo_section *section;
    const rondo_node *node; /* a mapping, or NULL: all defaults */
    rondo_place place;      /* of the section's key: where missing keys are reported */
    const char *path;
    bool quiet;          /* the section itself is a mistake: nothing is missing in it */
    unsigned char *base; /* its struct */
} scope;

static const rondo_item *find(const scope *s, const char *key)
{
    return s->node ? rondo_node_find(s->node, key) : NULL;
}

static const char *describe_node(const rondo_node *node, char text[RONDO_QUOTE_SIZE + 8])
{
    char buffer[RONDO_QUOTE_SIZE];
    if (node->kind == RONDO_MAPPING) return "a mapping";
    if (node->kind == RONDO_SEQUENCE) return "a list";
    if (rondo_node_is_empty(node)) return "an empty value";
    snprintf(text, RONDO_QUOTE_SIZE + 8, "\"%s\"", rondo_problem_quote(node->text, buffer));
    return text;
}

static void report_value(const rondo_reader *r, const char *path, const rondo_node *value,
                         const char *allowed)
{
    char text[RONDO_QUOTE_SIZE + 8];
    rondo_problems_add(r->problems, value->place, path, "%s is not %s", describe_node(value, text),
                       allowed);
}

static void report_missing(const rondo_reader *r, const scope *s, const char *key,
                           const char *allowed)
{
    char path[RONDO_PATH_SIZE];
    if (!s->quiet)
        rondo_problems_add(r->problems, s->place, rondo_path_join(s->path, key, path),
                           "missing key; allowed: %s", allowed);
}

/* Quotes make a text of what looks like a number or truth value. */
static bool is_token_for(const rondo_option *row, const rondo_node *value)
{
    if (value->kind != RONDO_SCALAR) return false;
    return !value->quoted || row->type == RONDO_OPTION_TEXT || row->type == RONDO_OPTION_CHOICE;
}

static void read_value(const rondo_reader *r, const rondo_option *row, const rondo_node *value,
                       const char *path, void *config)
{
    rondo_text reason = {0};
    const char *token = is_token_for(row, value) ? value->text : "";
    if (row->type == RONDO_OPTION_TEXT) token = rondo_owned_copy(r->owned, token, strlen(token));
    if (token && !rondo_options_set(row, config, token, &reason)) {
        if (value->kind == RONDO_SCALAR && value->quoted && !is_token_for(row, value))
            rondo_text_add(&reason, "; numbers, true and false stand without quotes");
        report_value(r, path, value, rondo_text_get(&reason));
    }
    rondo_owned_release(r->owned, &reason);
}

static void read_rows(const rondo_reader *r, const scope *s)
{
    char path[RONDO_PATH_SIZE];
    rondo_options_default(s->section->rows, s->base);
    for (const rondo_option *row = s->section->rows; row->type != RONDO_OPTION_END; row++) {
        const rondo_item *item = find(s, row->name);
        if (item) {
            read_value(r, row, item->value, rondo_path_join(s->path, row->name, path), s->base);
        } else if (row->flags & RONDO_REQUIRED) {
            rondo_text allowed = {0};
            rondo_options_allowed(row, &allowed);
            report_missing(r, s, row->name, rondo_text_get(&allowed));
            rondo_owned_release(r->owned, &allowed);
        }
    }
}

/* A number below 1 is a fraction, an integer from 1 a count, any other text a path. */
static void read_part(const rondo_reader *r, const rondo_part_key *key, const rondo_node *value,
                      const char *path, rondo_split_part *part)
{
    double fraction = 0;
    int64_t count = 0;
    rondo_text reason = {0};
    const rondo_option row = {.type = RONDO_OPTION_TEXT};
    bool is_text = value->kind == RONDO_SCALAR;
    bool is_number = is_text && !value->quoted && rondo_text_real(value->text, &fraction);
    if (is_number && fraction >= 0 && fraction < 1 && (fraction > 0 || !key->may_be_void)) {
        *part = (rondo_split_part){.fraction = fraction};
    } else if (is_number && rondo_text_integer(value->text, &count) && count >= 1) {
        *part = (rondo_split_part){.count = count};
    } else if (is_text && !is_number) {
        const char *token = rondo_owned_copy(r->owned, value->text, strlen(value->text));
        const char *file = NULL;
        if (token && !rondo_options_set(&row, &file, token, &reason))
            report_value(r, path, value, key->allowed);
        *part = (rondo_split_part){.path = file};
    } else {
        report_value(r, path, value, key->allowed);
    }
    rondo_owned_release(r->owned, &reason);
}

static void read_parts(const rondo_reader *r, const scope *s)
{
    char path[RONDO_PATH_SIZE];
    for (const rondo_part_key *key = s->section->parts; key && key->name; key++) {
        rondo_split_part part = {.fraction = key->fallback};
        const rondo_item *item = find(s, key->name);
        if (item) read_part(r, key, item->value, rondo_path_join(s->path, key->name, path), &part);
        memcpy(s->base + key->offset, &part, sizeof part);
    }
}

static void report_missing_plugin(const rondo_reader *r, const scope *s)
{
    rondo_text allowed = {0};
    const rondo_plugin_key *key = s->section->plugin;
    int64_t count = rondo_registry_count(r->registry, key->kind);
    rondo_text_add(&allowed, "one of");
    for (int64_t i = 0; i < count; i++)
        rondo_text_add(&allowed, "%s %s", i > 0 ? "," : "",
                       rondo_registry_name(r->registry, key->kind, i));
    report_missing(r, s, key->key, rondo_text_get(&allowed));
    rondo_owned_release(r->owned, &allowed);
}

static const rondo_plugin *find_plugin(const rondo_reader *r, const scope *s)
{
    char path[RONDO_PATH_SIZE], allowed[RONDO_QUOTE_SIZE];
    const rondo_plugin *plugin = NULL;
    const rondo_plugin_key *key = s->section->plugin;
    const rondo_item *item = find(s, key->key);
    rondo_error error = {0};
    if (!item && !key->fallback) {
        report_missing_plugin(r, s);
        return NULL;
    }
    rondo_path_join(s->path, key->key, path);
    if (item && (item->value->kind != RONDO_SCALAR || item->value->text[0] == '\0')) {
        snprintf(allowed, sizeof allowed, "the name of a %s", rondo_registry_kind_name(key->kind));
        report_value(r, path, item->value, allowed);
        return NULL;
    }
    const char *name = item ? item->value->text : key->fallback;
    rondo_status status = rondo_registry_find(r->registry, key->kind, name, &plugin, &error);
    if (!status) return plugin;
    r->problems->failed |= status == RONDO_FAILED;
    rondo_problems_add(r->problems, item ? item->value->place : s->place, path, "%s", error.text);
    return NULL;
}

static void read_options(const rondo_reader *r, const scope *s, const rondo_plugin *plugin,
                         void *config)
{
    char path[RONDO_PATH_SIZE], option_path[RONDO_PATH_SIZE];
    const rondo_item *given = find(s, "options");
    rondo_options_default(plugin->options, config);
    if (!given || rondo_node_is_empty(given->value)) return;
    rondo_path_join(s->path, "options", path);
    if (given->value->kind != RONDO_MAPPING) {
        report_value(r, path, given->value, "a mapping of options");
        return;
    }
    for (int64_t i = 0; i < given->value->count; i++) {
        const rondo_item *item = &given->value->items[i];
        const rondo_option *row = rondo_options_find(plugin->options, item->key);
        if (row)
            read_value(r, row, item->value, rondo_path_join(path, row->name, option_path), config);
        else
            rondo_unknown_option(r, plugin, path, item);
    }
}

/* What a plugin makes of its options (a cell's plan) is checked, too. */
static void check_plugin(const rondo_reader *r, const scope *s, const rondo_plugin *plugin,
                         const void *config)
{
    char path[RONDO_PATH_SIZE];
    rondo_error error = {0};
    rondo_path_join(s->path, "options", path);
    if (rondo_problems_has(r->problems, path)) return;
    if (!rondo_plugin_check(plugin, config, &error)) return;
    const rondo_item *given = find(s, "options");
    r->problems->failed = true;
    rondo_problems_add(r->problems, given ? given->place : s->place, path, "%s: %s", plugin->name,
                       error.text);
}

static const rondo_plugin *read_plugin(const rondo_reader *r, const scope *s)
{
    const rondo_plugin_key *key = s->section->plugin;
    const rondo_plugin *plugin = key ? find_plugin(r, s) : NULL;
    if (!plugin) return NULL;
    void *config = rondo_owned_take(r->owned, plugin->config_size);
    if (!config) return NULL;
    read_options(r, s, plugin, config);
    check_plugin(r, s, plugin, config);
    memcpy(s->base + key->plugin_offset, &plugin, sizeof plugin);
    memcpy(s->base + key->options_offset, &config, sizeof config);
    return plugin;
}

static void read_section(const rondo_reader *r, const scope *s);

static void read_list(const rondo_reader *r, const scope *s, unsigned char *parent)
{
    const rondo_list_key *list = s->section->list;
    int64_t count = s->node ? s->node->count : 0;
    if (count > list->most) {
        rondo_problems_add(r->problems, s->node->items[list->most].place, s->path,
                           "a list of %lld entries; at most %lld are allowed", (long long)count,
                           (long long)list->most);
        count = list->most;
    }
    for (int64_t i = 0; i < count; i++) {
        char index[32], path[RONDO_PATH_SIZE], text[RONDO_QUOTE_SIZE + 8];
        const rondo_node *node = s->node->items[i].value;
        snprintf(index, sizeof index, "%lld", (long long)i);
        rondo_path_join(s->path, index, path);
        bool wrong = node->kind != RONDO_MAPPING && !rondo_node_is_empty(node);
        if (wrong)
            rondo_problems_add(r->problems, node->place, path, "%s is not a mapping",
                               describe_node(node, text));
        scope item = {.section = s->section,
                      .node = node->kind == RONDO_MAPPING ? node : NULL,
                      .place = node->place,
                      .path = path,
                      .quiet = wrong,
                      .base = s->base + (size_t)i * list->item_size};
        read_section(r, &item);
    }
    memcpy(parent + list->count_offset, &count, sizeof count);
}

static bool is_expected(const rondo_section *section, const rondo_node *node)
{
    return node->kind == (section->list ? RONDO_SEQUENCE : RONDO_MAPPING);
}

static void report_section(const rondo_reader *r, const rondo_section *section, const char *path,
                           const rondo_node *node)
{
    rondo_text allowed = {0};
    rondo_text_add(&allowed, section->list ? "a list of mappings with the keys: "
                                           : "a mapping; allowed keys: ");
    rondo_section_keys(section, &allowed);
    report_value(r, path, node, rondo_text_get(&allowed));
    rondo_owned_release(r->owned, &allowed);
}

static void read_inner(const rondo_reader *r, const scope *s, const rondo_section *section)
{
    char path[RONDO_PATH_SIZE];
    const rondo_item *item = find(s, section->name);
    bool may_be_empty = !section->list || section->list->is_optional;
    if (item && rondo_node_is_empty(item->value) && may_be_empty) item = NULL;
    bool right = item && is_expected(section, item->value);
    scope inner = {.section = section,
                   .node = right ? item->value : NULL,
                   .place = item ? item->place : s->place,
                   .path = rondo_path_join(s->path, section->name, path),
                   .quiet = s->quiet || (item && !right),
                   .base = s->base + section->offset};
    if (item && !right) report_section(r, section, path, item->value);
    if (!section->list) {
        read_section(r, &inner);
        return;
    }
    read_list(r, &inner, s->base);
    if (!section->list->is_optional && (!item || (right && item->value->count == 0))) {
        inner = *s;
        inner.place = item ? item->place : s->place;
        report_missing(r, &inner, section->name, "a list of one or more mappings");
    }
}

static void read_section(const rondo_reader *r, const scope *s)
{
    const rondo_plugin *plugin = read_plugin(r, s);
    read_rows(r, s);
    read_parts(r, s);
    for (const rondo_section *inner = s->section->sections; inner && inner->name; inner++)
        read_inner(r, s, inner);
    for (int64_t i = 0; s->node && i < s->node->count; i++) {
        if (!rondo_section_has(s->section, s->node->items[i].key))
            rondo_unknown_key(r, s->section, plugin, s->path, &s->node->items[i]);
    }
}

void rondo_reader_read(const rondo_reader *reader, const rondo_node *root,
                       rondo_experiment *experiment)
{
    bool is_mapping = root->kind == RONDO_MAPPING;
    bool is_wrong = !is_mapping && !rondo_node_is_empty(root);
    scope s = {.section = &rondo_root_section,
               .node = is_mapping ? root : NULL,
               .place = root->place,
               .path = "",
               .quiet = is_wrong,
               .base = (unsigned char *)experiment};
    if (is_wrong) report_section(reader, &rondo_root_section, "", root);
    read_section(reader, &s);
}
