#include "config/reader_plugin.h"

#include <stdio.h>
#include <string.h>

#include "config/class_weights.h"
#include "config/suggest.h"
#include "config/tree.h"
#include "plugin/options.h"

const rondo_item *rondo_scope_find(const rondo_scope *s, const char *key)
{
    return s->node ? rondo_node_find(s->node, key) : NULL;
}

void rondo_reader_report_missing(const rondo_reader *r, const rondo_scope *s, const char *key,
                                 const char *allowed)
{
    char path[RONDO_PATH_SIZE];
    if (!s->quiet)
        rondo_problems_add(r->problems, s->place, rondo_path_join(s->path, key, path),
                           "missing key; allowed: %s", allowed);
}

static void report_missing_plugin(const rondo_reader *r, const rondo_scope *s)
{
    rondo_text allowed = {0};
    const rondo_plugin_key *key = s->section->plugin;
    rondo_text_add(&allowed, "one of ");
    rondo_registry_add_names(r->registry, key->kind, &allowed);
    rondo_reader_report_missing(r, s, key->key, rondo_text_get(&allowed));
    rondo_owned_release(r->owned, &allowed);
}

static const rondo_plugin *find_plugin(const rondo_reader *r, const rondo_scope *s)
{
    char path[RONDO_PATH_SIZE], allowed[RONDO_QUOTE_SIZE];
    const rondo_plugin *plugin = NULL;
    const rondo_plugin_key *key = s->section->plugin;
    const rondo_item *item = rondo_scope_find(s, key->key);
    rondo_error error = {0};
    if (!item && key->inherits) return s->outer->plugin;
    if (!item && !key->fallback) {
        report_missing_plugin(r, s);
        return NULL;
    }
    rondo_path_join(s->path, key->key, path);
    if (item && (item->value->kind != RONDO_SCALAR || item->value->text[0] == '\0')) {
        snprintf(allowed, sizeof allowed, "the name of a %s", rondo_registry_kind_name(key->kind));
        rondo_reader_report(r, path, item->value, allowed);
        return NULL;
    }
    const char *name = item ? item->value->text : key->fallback;
    rondo_status status = rondo_registry_find(r->registry, key->kind, name, &plugin, &error);
    if (!status) return plugin;
    r->problems->failed |= status == RONDO_FAILED;
    rondo_problems_add(r->problems, item ? item->value->place : s->place, path, "%s", error.text);
    return NULL;
}

/* An inherited plugin starts with the options it was inherited with. */
static void start_options(const rondo_scope *s, const rondo_plugin *plugin, void *config)
{
    const rondo_plugin_key *key = s->section->plugin;
    if (key->inherits && !rondo_scope_find(s, key->key) && s->outer->options)
        memcpy(config, s->outer->options, plugin->config_size);
    else
        rondo_options_default(plugin->options, config);
}

/* An option that is the framework's own, not the plugin's. */
static bool read_class_weights(const rondo_reader *r, const rondo_scope *s,
                               const rondo_plugin *plugin, const rondo_item *item, const char *path)
{
    char option_path[RONDO_PATH_SIZE];
    bool belongs = rondo_class_weights_belong(plugin);
    if (!belongs || strcmp(item->key, rondo_class_weights_key) != 0) return false;
    rondo_class_weights_config *weights = &((rondo_loss_config *)(void *)s->base)->class_weights;
    rondo_class_weights_read(r, item->value, rondo_path_join(path, item->key, option_path),
                             weights);
    return true;
}

/* `given`: the options, NULL where there are none. */
static void report_missing_options(const rondo_reader *r, const rondo_scope *s,
                                   const rondo_plugin *plugin, const rondo_item *given)
{
    char key[RONDO_PATH_SIZE];
    bool is_mapping = given && given->value->kind == RONDO_MAPPING;
    for (const rondo_option *row = plugin->options; row->type != RONDO_OPTION_END; row++) {
        rondo_text allowed = {0};
        if (!(row->flags & RONDO_REQUIRED)) continue;
        if (is_mapping && rondo_node_find(given->value, row->name)) continue;
        rondo_options_allowed(row, &allowed);
        rondo_reader_report_missing(r, s, rondo_path_join("options", row->name, key),
                                    rondo_text_get(&allowed));
        rondo_owned_release(r->owned, &allowed);
    }
}

static void read_options(const rondo_reader *r, const rondo_scope *s, const rondo_plugin *plugin,
                         void *config)
{
    char path[RONDO_PATH_SIZE], option_path[RONDO_PATH_SIZE];
    const rondo_item *given = rondo_scope_find(s, "options");
    start_options(s, plugin, config);
    report_missing_options(r, s, plugin, given);
    if (!given || rondo_node_is_empty(given->value)) return;
    rondo_path_join(s->path, "options", path);
    if (given->value->kind != RONDO_MAPPING) {
        rondo_reader_report(r, path, given->value, "a mapping of options");
        return;
    }
    for (int64_t i = 0; i < given->value->count; i++) {
        const rondo_item *item = &given->value->items[i];
        const rondo_option *row = rondo_options_find(plugin->options, item->key);
        if (row)
            rondo_reader_value(r, row, item->value, rondo_path_join(path, row->name, option_path),
                               config);
        else if (!read_class_weights(r, s, plugin, item, path))
            rondo_suggest_option(r, s->section->plugin, plugin, s->path, item);
    }
}

/* What a plugin makes of its options (a cell's plan) is checked, too. */
static void check_plugin(const rondo_reader *r, const rondo_scope *s, const rondo_plugin *plugin,
                         const void *config)
{
    char path[RONDO_PATH_SIZE];
    rondo_error error = {0};
    rondo_path_join(s->path, "options", path);
    if (rondo_problems_has(r->problems, path)) return;
    if (!rondo_plugin_check(plugin, config, &error)) return;
    const rondo_item *given = rondo_scope_find(s, "options");
    r->problems->failed = true;
    rondo_problems_add(r->problems, given ? given->place : s->place, path, "%s: %s", plugin->name,
                       error.text);
}

static void set_word(const rondo_reader *r, const rondo_scope *s, const rondo_plugin *plugin)
{
    rondo_error error = {0};
    const rondo_plugin_key *key = s->section->plugin;
    if (!plugin && rondo_registry_find(r->registry, key->kind, key->fallback, &plugin, &error)) {
        r->problems->failed = true;
        rondo_problems_add(r->problems, s->place, key->key, "%s", error.text);
    }
    memcpy(s->base + key->plugin_offset, &plugin, sizeof plugin);
}

void rondo_reader_plugin(const rondo_reader *reader, rondo_scope *scope)
{
    const rondo_plugin_key *key = scope->section->plugin;
    const rondo_plugin *plugin = key ? find_plugin(reader, scope) : NULL;
    if (key && key->is_word) set_word(reader, scope, plugin);
    if (!plugin || key->is_word) return;
    void *config = rondo_owned_take(reader->owned, plugin->config_size);
    if (!config) return;
    read_options(reader, scope, plugin, config);
    check_plugin(reader, scope, plugin, config);
    memcpy(scope->base + key->plugin_offset, &plugin, sizeof plugin);
    memcpy(scope->base + key->options_offset, &config, sizeof config);
    scope->plugin = plugin;
    scope->options = config;
}

/* --- numbers for the states of a cell --- */

/* An inheriting section starts with the enclosing section's numbers for states of the same name. */
static void start_states(const rondo_scope *s, const rondo_option *rows)
{
    rondo_option outer[RONDO_MAX_STATES + 1];
    const rondo_scope *from = s->outer;
    rondo_options_default(rows, s->base);
    if (!s->section->plugin->inherits || !from->plugin || !from->section->states) return;
    rondo_state_options(from->section->states, from->plugin, from->options, outer);
    for (const rondo_option *row = rows; row->type != RONDO_OPTION_END; row++) {
        const rondo_option *same = rondo_options_find(outer, row->name);
        if (same) memcpy(s->base + row->offset, from->base + same->offset, sizeof(double));
    }
}

static void report_state(const rondo_reader *r, const rondo_scope *s, const rondo_option *rows,
                         const char *path, const rondo_node *value)
{
    rondo_text allowed = {0};
    rondo_text_add(&allowed, "a mapping with a number for each state of %s:", s->plugin->name);
    for (const rondo_option *row = rows; row->type != RONDO_OPTION_END; row++)
        rondo_text_add(&allowed, "%s %s", row == rows ? "" : ",", row->name);
    rondo_reader_report(r, path, value, rondo_text_get(&allowed));
    rondo_owned_release(r->owned, &allowed);
}

void rondo_reader_states(const rondo_reader *reader, const rondo_scope *scope)
{
    char path[RONDO_PATH_SIZE], state_path[RONDO_PATH_SIZE];
    rondo_option rows[RONDO_MAX_STATES + 1];
    const rondo_state_key *key = scope->section->states;
    if (!key || !scope->plugin) return;
    rondo_state_options(key, scope->plugin, scope->options, rows);
    start_states(scope, rows);
    const rondo_item *given = rondo_scope_find(scope, key->name);
    if (!given || rondo_node_is_empty(given->value)) return;
    rondo_path_join(scope->path, key->name, path);
    if (given->value->kind != RONDO_MAPPING) {
        report_state(reader, scope, rows, path, given->value);
        return;
    }
    for (int64_t i = 0; i < given->value->count; i++) {
        const rondo_item *item = &given->value->items[i];
        const rondo_option *row = rondo_options_find(rows, item->key);
        if (row)
            rondo_reader_value(reader, row, item->value,
                               rondo_path_join(path, row->name, state_path), scope->base);
        else
            rondo_suggest_state(reader, scope->plugin, rows, path, item);
    }
}
