#include "config/suggest.h"

#include <string.h>

#include "config/class_weights.h"
#include "config/renames.h"
#include "plugin/options.h"

enum { MAX_KEYS = 64 };

typedef struct key_list {
    int64_t count;
    const char *names[MAX_KEYS];
} key_list;

static void add_key(key_list *keys, const char *name)
{
    if (keys->count < MAX_KEYS) keys->names[keys->count++] = name;
}

static key_list list_keys(const rondo_section *section)
{
    key_list keys = {0};
    if (section == &rondo_root_section) add_key(&keys, "extends");
    bool has_options = section->plugin && !section->plugin->is_word;
    if (has_options) add_key(&keys, section->plugin->key);
    for (const rondo_option *row = section->rows; row->type != RONDO_OPTION_END; row++)
        add_key(&keys, row->name);
    if (section->plugin && !has_options) add_key(&keys, section->plugin->key);
    for (const rondo_part_key *part = section->parts; part && part->name; part++)
        add_key(&keys, part->name);
    if (section->states) add_key(&keys, section->states->name);
    for (const rondo_section *inner = section->sections; inner && inner->name; inner++)
        add_key(&keys, inner->name);
    if (has_options) add_key(&keys, "options");
    return keys;
}

bool rondo_section_has(const rondo_section *section, const char *key)
{
    key_list keys = list_keys(section);
    for (int64_t i = 0; i < keys.count; i++) {
        if (strcmp(keys.names[i], key) == 0) return true;
    }
    return false;
}

static void add_names(const char *const *names, int64_t count, rondo_text *text)
{
    for (int64_t i = 0; i < count; i++)
        rondo_text_add(text, "%s%s", i > 0 ? ", " : "", names[i]);
}

void rondo_section_keys(const rondo_section *section, rondo_text *text)
{
    key_list keys = list_keys(section);
    add_names(keys.names, keys.count, text);
}

/* Counts the sections that have the key; `found` is where the last of them has it. */
static int64_t find_elsewhere(const rondo_section *section, const char *path, const char *key,
                              char found[RONDO_PATH_SIZE])
{
    int64_t count = 0;
    char inner_path[RONDO_PATH_SIZE], item_path[RONDO_PATH_SIZE];
    bool repeats = section->plugin && section->plugin->inherits; /* keys of its outer section */
    if (!repeats && rondo_section_has(section, key)) {
        rondo_path_join(path, key, found);
        count++;
    }
    for (const rondo_section *inner = section->sections; inner && inner->name; inner++) {
        rondo_path_join(path, inner->name, inner_path);
        const char *below = inner_path;
        if (inner->is_repeated) continue;
        if (inner->list) below = rondo_path_join(inner_path, "0", item_path);
        count += find_elsewhere(inner, below, key, found);
    }
    return count;
}

/* The same key in exactly one other section is surely meant; otherwise the nearest spelling of a
 * key of `path`, whose old name may be the one that was misspelt. */
static void add_guess(const key_list *keys, const char *path, const char *key, rondo_text *text)
{
    enum { MAX_OLD = 32 };
    rondo_old_key old[MAX_OLD];
    key_list all = *keys;
    char found[RONDO_PATH_SIZE];
    int64_t count = rondo_renames_below(rondo_renames, path, old, MAX_OLD);
    if (find_elsewhere(&rondo_root_section, "", key, found) == 1) {
        rondo_text_add(text, "; did you mean %s?", found);
        return;
    }
    for (int64_t i = 0; i < count; i++)
        add_key(&all, old[i].name);
    const char *nearest = rondo_text_nearest(key, all.names, all.count);
    for (int64_t i = 0; i < count; i++)
        if (nearest == old[i].name) nearest = old[i].now;
    if (nearest) rondo_text_add(text, "; did you mean %s?", nearest);
}

static void add_problem(const rondo_reader *reader, const char *path, const rondo_item *item,
                        rondo_text *text)
{
    char full[RONDO_PATH_SIZE], buffer[RONDO_QUOTE_SIZE];
    rondo_path_join(path, rondo_problem_quote(item->key, buffer), full);
    rondo_problems_add(reader->problems, item->place, full, "%s", rondo_text_get(text));
    rondo_owned_release(reader->owned, text);
}

void rondo_suggest_key(const rondo_reader *reader, const rondo_section *section,
                       const rondo_plugin *plugin, const char *path, const rondo_item *item)
{
    key_list keys = list_keys(section);
    rondo_text text = {0};
    if (plugin && rondo_options_find(plugin->options, item->key)) {
        rondo_text_add(&text, "an option of %s: it belongs one level deeper, under %s%soptions",
                       plugin->name, path, path[0] ? "." : "");
    } else {
        rondo_text_add(&text, "unknown key; allowed: ");
        add_names(keys.names, keys.count, &text);
        add_guess(&keys, path, item->key, &text);
    }
    add_problem(reader, path, item, &text);
}

/* "only for data.format series; this config has text", where others of the kind have the option. */
static bool add_owners(const rondo_reader *reader, const rondo_plugin_key *chooser,
                       const rondo_plugin *plugin, const char *path, const char *option,
                       rondo_text *text)
{
    char key[RONDO_PATH_SIZE];
    bool found = false;
    for (int64_t i = 0; i < rondo_registry_count(reader->registry, chooser->kind); i++) {
        const rondo_plugin *other;
        rondo_error ignored = {0};
        const char *name = rondo_registry_name(reader->registry, chooser->kind, i);
        if (rondo_registry_find(reader->registry, chooser->kind, name, &other, &ignored) ||
            !rondo_options_find(other->options, option))
            continue;
        if (!found) rondo_text_add(text, "only for %s", rondo_path_join(path, chooser->key, key));
        rondo_text_add(text, "%s %s", found ? "," : "", name);
        found = true;
    }
    if (found) rondo_text_add(text, "; this config has %s", plugin->name);
    return found;
}

void rondo_suggest_option(const rondo_reader *reader, const rondo_plugin_key *chooser,
                          const rondo_plugin *plugin, const char *path, const rondo_item *item)
{
    char options[RONDO_PATH_SIZE];
    key_list keys = {0};
    rondo_text text = {0};
    rondo_path_join(path, "options", options);
    if (add_owners(reader, chooser, plugin, path, item->key, &text)) {
        add_problem(reader, options, item, &text);
        return;
    }
    for (const rondo_option *row = plugin->options; row->type != RONDO_OPTION_END; row++)
        add_key(&keys, row->name);
    if (rondo_class_weights_belong(plugin)) add_key(&keys, rondo_class_weights_key);
    if (keys.count > 0) {
        rondo_text_add(&text, "unknown option; %s allows: ", plugin->name);
        add_names(keys.names, keys.count, &text);
    } else {
        rondo_text_add(&text, "unknown option; %s has none", plugin->name);
    }
    add_guess(&keys, options, item->key, &text);
    add_problem(reader, options, item, &text);
}

void rondo_suggest_state(const rondo_reader *reader, const rondo_plugin *cell,
                         const rondo_option *rows, const char *path, const rondo_item *item)
{
    key_list keys = {0};
    rondo_text text = {0};
    for (const rondo_option *row = rows; row->type != RONDO_OPTION_END; row++)
        add_key(&keys, row->name);
    rondo_text_add(&text, "unknown state; %s has: ", cell->name);
    add_names(keys.names, keys.count, &text);
    const char *nearest = rondo_text_nearest(item->key, keys.names, keys.count);
    if (nearest) rondo_text_add(&text, "; did you mean %s?", nearest);
    add_problem(reader, path, item, &text);
}
