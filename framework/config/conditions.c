#include "config/conditions.h"

#include <stdlib.h>
#include <string.h>

#include "plugin/options.h"

/* --- values --- */

static const char *part_value(const rondo_split_part *part)
{
    if (part->path) return "a file";
    if (part->count > 0) return "a number";
    return part->fraction > 0 ? "a fraction" : "";
}

/* Of the plugin that the section names. */
static void print_name(const rondo_section *section, const unsigned char *base, rondo_text *text)
{
    const rondo_plugin *plugin;
    memcpy(&plugin, base + section->plugin->plugin_offset, sizeof plugin);
    if (plugin) rondo_text_add(text, "%s", plugin->name);
}

/* A row, part, list or name of the section itself. */
static void print_own(const rondo_section *section, const unsigned char *base, const char *key,
                      rondo_text *text)
{
    rondo_split_part part;
    const rondo_option *row = rondo_options_find(section->rows, key);
    if (section->plugin && strcmp(section->plugin->key, key) == 0) print_name(section, base, text);
    if (row && !rondo_options_is_void(row, base)) rondo_options_print(row, base, text);
    for (const rondo_part_key *k = section->parts; !row && k && k->name; k++) {
        if (strcmp(k->name, key) != 0) continue;
        memcpy(&part, base + k->offset, sizeof part);
        rondo_text_add(text, "%s", part_value(&part));
    }
    for (const rondo_section *inner = section->sections; inner && inner->name; inner++) {
        if (!inner->list || strcmp(inner->name, key) != 0) continue;
        int64_t count;
        memcpy(&count, base + inner->list->count_offset, sizeof count);
        if (count > 0) rondo_text_add(text, "%lld entries", (long long)count);
    }
}

/* The option of the plugin that the section names, and the struct it is in; NULL: there is none. */
static const rondo_option *find_option(const rondo_section *section, const unsigned char *base,
                                       const char *name, const void **config)
{
    const rondo_plugin *plugin;
    memcpy(&plugin, base + section->plugin->plugin_offset, sizeof plugin);
    memcpy(config, base + section->plugin->options_offset, sizeof *config);
    return plugin && *config ? rondo_options_find(plugin->options, name) : NULL;
}

/* What a path leads to. */
typedef struct found_setting {
    const rondo_section *section; /* NULL: nothing */
    const unsigned char *base;    /* the section's struct */
    const char *key;              /* in the section */
    const rondo_option *option;   /* of its plugin; NULL: the key is the section's own */
    const void *config;
} found_setting;

static found_setting find(const rondo_section *section, const unsigned char *base, const char *path)
{
    size_t length = strcspn(path, ".");
    if (path[length] == '\0') return (found_setting){.section = section, .base = base, .key = path};
    if (section->plugin && !section->plugin->is_word && length == 7 &&
        strncmp(path, "options", length) == 0) {
        found_setting f = {.section = section, .base = base, .key = path + length + 1};
        f.option = find_option(section, base, f.key, &f.config);
        return f.option ? f : (found_setting){0};
    }
    for (const rondo_section *inner = section->sections; inner && inner->name; inner++) {
        if (strlen(inner->name) != length || strncmp(inner->name, path, length) != 0) continue;
        const char *rest = path + length + 1;
        size_t index = 0;
        if (inner->list) {
            char *end;
            index = (size_t)strtoull(rest, &end, 10);
            if (*end != '.' || index >= (size_t)inner->list->most) return (found_setting){0};
            rest = end + 1;
        }
        size_t skipped = inner->list ? index * inner->list->item_size : 0;
        return find(inner, base + inner->offset + skipped, rest);
    }
    return (found_setting){0};
}

static found_setting find_path(const rondo_experiment *experiment, const char *path)
{
    return find(&rondo_root_section, (const unsigned char *)experiment, path);
}

void rondo_condition_value(const rondo_experiment *experiment, const char *path, rondo_text *text)
{
    found_setting f = find_path(experiment, path);
    if (f.option && !rondo_options_is_void(f.option, f.config))
        rondo_options_print(f.option, f.config, text);
    else if (f.option)
        return;
    else if (f.section)
        print_own(f.section, f.base, f.key, text);
}

/* --- paths --- */

/* How much of `path` the pattern covers: all of it (1), or it is a section around it (-1); 0: none
 * of that. */
static int cover(const char *pattern, const char *path)
{
    while (*pattern) {
        size_t length = strcspn(path, ".");
        size_t wanted = strcspn(pattern, ".");
        bool is_any = wanted == 1 && pattern[0] == '*';
        if (!is_any && (length != wanted || strncmp(path, pattern, length) != 0)) return 0;
        pattern += wanted + (pattern[wanted] == '.');
        path += length;
        if (*path == '\0') return *pattern ? 0 : 1;
        path++;
    }
    return -1;
}

const char *rondo_condition_key_path(const rondo_condition *condition, int i, const char *path,
                                     char key[RONDO_PATH_SIZE])
{
    char section[RONDO_PATH_SIZE];
    const char *name = i < RONDO_CONDITION_KEYS ? condition->any[i].key : NULL;
    if (!name) return NULL;
    if (name[0] != '.') return rondo_path_join("", name, key);
    /* As many parts as the condition's own path has, less its last one. */
    size_t length = 0;
    for (const char *c = strchr(condition->path, '.'); c; c = strchr(c + 1, '.')) {
        if (length > 0) length++;
        length += strcspn(path + length, ".");
    }
    memcpy(section, path, length);
    section[length] = '\0';
    return rondo_path_join(section, name + 1, key);
}

/* --- conditions --- */

static const char *without_not(const char *with)
{
    return strncmp(with, "not ", 4) == 0 ? with + 4 : NULL;
}

static bool is_value(const char *with, const char *value)
{
    const char *others = without_not(with);
    if (others) return !is_value(others, value);
    if (strcmp(with, "given") == 0) return value[0] != '\0';
    if (strcmp(with, "above 0") == 0) return strtod(value, NULL) > 0;
    return rondo_text_lists(with, value);
}

static bool follows_validations(const rondo_experiment *experiment)
{
    return experiment->schedule.schedule && experiment->schedule.schedule->judge;
}

static bool is_key_met(const rondo_condition_key *decider, const char *key,
                       const rondo_experiment *experiment, const rondo_problems *problems)
{
    rondo_text value = {0};
    if (rondo_problems_has(problems, key)) return true;
    if (decider->trait) return rondo_task_has(experiment->task, decider->trait);
    if (!decider->with)
        return rondo_format_has(&experiment->data, decider->provides) &&
               !rondo_format_has(&experiment->data, decider->lacks);
    if (strcmp(decider->with, RONDO_CONDITION_JUDGES) == 0) return follows_validations(experiment);
    rondo_condition_value(experiment, key, &value);
    bool met = value.failed || is_value(decider->with, rondo_text_get(&value));
    rondo_text_finish(&value);
    return met;
}

static bool is_met(const rondo_condition *condition, const char *path,
                   const rondo_experiment *experiment, const rondo_problems *problems)
{
    char key[RONDO_PATH_SIZE];
    bool met = condition->any[0].key == NULL;
    for (int i = 0; !met && rondo_condition_key_path(condition, i, path, key); i++)
        met = is_key_met(&condition->any[i], key, experiment, problems);
    return met;
}

static const rondo_condition *find_in(const rondo_condition *list, const char *path,
                                      const rondo_experiment *experiment,
                                      const rondo_problems *problems)
{
    for (const rondo_condition *c = list; c && c->path; c++)
        if (cover(c->path, path) && !is_met(c, path, experiment, problems)) return c;
    return NULL;
}

const rondo_condition *rondo_condition_find(const char *path, const rondo_experiment *experiment,
                                            const rondo_problems *problems)
{
    const rondo_format *format = experiment->data.format;
    const rondo_condition *unmet = find_in(rondo_conditions, path, experiment, problems);
    return unmet || !format ? unmet : find_in(format->conditions, path, experiment, problems);
}

const rondo_condition *rondo_condition_find_option(const char *path,
                                                   const rondo_experiment *experiment,
                                                   const rondo_problems *problems,
                                                   rondo_owned *owned)
{
    const rondo_option *row = find_path(experiment, path).option;
    rondo_condition *condition;
    rondo_text key = {0}, with = {0};
    if (!row || !(row->flags & RONDO_WITH_PREVIOUS)) return NULL;
    if (!(condition = rondo_owned_take(owned, sizeof *condition))) return NULL;
    rondo_text_add(&key, ".%s", row[-1].name);
    rondo_text_add(&with, "%s%s", row[-1].type == RONDO_OPTION_CHOICE ? "not " : "",
                   row[-1].type == RONDO_OPTION_BOOLEAN  ? "true"
                   : row[-1].type == RONDO_OPTION_TEXT   ? "given"
                   : row[-1].type == RONDO_OPTION_CHOICE ? row[-1].choices[0]
                                                         : "above 0");
    condition->path = rondo_owned_copy(owned, path, strlen(path));
    condition->any[0].key = rondo_owned_copy(owned, rondo_text_get(&key), key.length);
    condition->any[0].with = rondo_owned_copy(owned, rondo_text_get(&with), with.length);
    rondo_owned_release(owned, &key);
    rondo_owned_release(owned, &with);
    return owned->failed || is_met(condition, path, experiment, problems) ? NULL : condition;
}

bool rondo_condition_is_declared(const char *path)
{
    for (const rondo_condition *c = rondo_conditions; c->path; c++) {
        int covered = cover(c->path, path);
        if (covered > 0 || (covered < 0 && c->any[0].key)) return true;
    }
    return false;
}

/* --- words --- */

/* "only for task tagging" */
static void add_tasks(const rondo_condition_key *decider, rondo_text *text)
{
    rondo_text names = {0};
    rondo_task_list(decider->trait, &names);
    rondo_text_add(text, "only for task ");
    rondo_text_add_choices(text, rondo_text_get(&names));
    text->failed |= names.failed;
    rondo_text_finish(&names);
}

/* "only for data.format series", "only with clip.norm above 0", "not for data.format hdf5" */
static void add_rule(const rondo_condition_key *decider, const char *key, rondo_text *text)
{
    const char *with = decider->with, *others = without_not(with);
    bool is_choice = strcmp(with, "above 0") != 0 && !strstr(with, "given") &&
                     strcmp(with, "true") != 0 && strcmp(with, RONDO_CONDITION_DRAWN) != 0;
    if (others && strcmp(others, "given") == 0) {
        rondo_text_add(text, "not with %s", key);
        return;
    }
    rondo_text_add(text, "%s %s %s", others ? "not" : "only", is_choice ? "for" : "with", key);
    if (strcmp(with, "given") == 0) return;
    rondo_text_add(text, " ");
    rondo_text_add_choices(text, others ? others : with);
}

static void add_alternative(const rondo_condition_key *decider, const char *key, rondo_text *text)
{
    rondo_text_add(text, ", or %s", key);
    if (strcmp(decider->with, "given") == 0) return;
    rondo_text_add(text, " ");
    rondo_text_add_choices(text, decider->with);
}

static void add_value(const rondo_experiment *experiment, const char *key, rondo_text *text)
{
    rondo_text value = {0};
    rondo_condition_value(experiment, key, &value);
    rondo_text_add(text, "%s", value.length > 0 ? rondo_text_get(&value) : "none");
    text->failed |= value.failed;
    rondo_text_finish(&value);
}

/* "only for data.format series; this config has text" */
static void explain_only(const rondo_condition *condition, const char *path,
                         const rondo_experiment *experiment, rondo_text *text)
{
    char key[RONDO_PATH_SIZE];
    for (int i = 0; rondo_condition_key_path(condition, i, path, key); i++) {
        if (i == 0)
            add_rule(&condition->any[i], key, text);
        else
            add_alternative(&condition->any[i], key, text);
    }
    rondo_text_add(text, "; this config has ");
    for (int i = 0; rondo_condition_key_path(condition, i, path, key); i++) {
        rondo_text_add(text, "%s", i > 0 ? " and " : "");
        add_value(experiment, key, text);
    }
}

/* "not for data.format series (values have no vocabulary)" */
static void explain_format(const rondo_condition *condition, const rondo_experiment *experiment,
                           rondo_text *text)
{
    const rondo_format *format = experiment->data.format;
    const rondo_condition_key *decider = &condition->any[0];
    bool others = (format->provides & decider->provides) && !(format->provides & decider->lacks);
    rondo_text_add(text, "not for data.format %s%s", format->head.name,
                   others ? " with its options" : "");
}

void rondo_condition_explain(const rondo_condition *condition, const char *path,
                             const rondo_experiment *experiment, rondo_text *text)
{
    char key[RONDO_PATH_SIZE];
    const rondo_condition_key *first = &condition->any[0];
    const char *others = first->with ? without_not(first->with) : NULL;
    if (first->trait) {
        add_tasks(first, text);
        rondo_text_add(text, "; this config has %s", experiment->task->head.name);
    } else if (!first->with) {
        explain_format(condition, experiment, text);
    } else if (!others) {
        explain_only(condition, path, experiment, text);
    } else {
        rondo_condition_key_path(condition, 0, path, key);
        rondo_text_add(text, strcmp(others, "given") == 0 ? "not with %s" : "not for %s ", key);
        if (strcmp(others, "given") != 0) add_value(experiment, key, text);
    }
    if (condition->why) rondo_text_add(text, " (%s)", condition->why);
}

static void note_key(const rondo_condition_key *decider, bool is_first, rondo_registry *registry,
                     rondo_text *text)
{
    const char *key = decider->key + (decider->key[0] == '.');
    if (is_first) rondo_text_add(text, "; ");
    if (decider->trait) {
        add_tasks(decider, text);
    } else if (!decider->with) {
        int64_t all = rondo_registry_count(registry, RONDO_KIND_FORMAT);
        bool others =
            2 * rondo_format_list(registry, decider->provides, decider->lacks, false, NULL) > all;
        rondo_text_add(text, "%s for %s ", others ? "not" : "only", key);
        rondo_format_list(registry, decider->provides, decider->lacks, others, text);
    } else if (is_first) {
        add_rule(decider, key, text);
    } else {
        add_alternative(decider, key, text);
    }
}

void rondo_condition_note(const rondo_condition *list, const char *path, rondo_registry *registry,
                          rondo_text *text)
{
    for (const rondo_condition *c = list ? list : rondo_conditions; c->path; c++) {
        if (cover(c->path, path) <= 0) continue;
        for (int i = 0; i < RONDO_CONDITION_KEYS && c->any[i].key; i++)
            note_key(&c->any[i], i == 0, registry, text);
    }
}
