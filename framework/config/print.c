/* The resolved config, whole or what counts of it, and the reference: one walk over the section
 * tables. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "config/class_weights.h"
#include "config/conditions.h"
#include "config/problems.h"
#include "config/reference_comments.h"
#include "config/sections.h"
#include "config/yaml.h"
#include "plugin/options.h"

typedef struct printer {
    rondo_yaml_writer writer;
    rondo_registry *registry;           /* NULL: no comments */
    const rondo_experiment *experiment; /* what does not count in it is left out; NULL: nothing */
    rondo_owned owned;                  /* conditions of options */
    char path[RONDO_PATH_SIZE];         /* of the section; with comments "*" is for all numbers */
} printer;

/* Goes into a section; what to give to leave. */
static size_t enter(printer *p, const char *name)
{
    char outer[RONDO_PATH_SIZE];
    size_t length = strlen(p->path);
    memcpy(outer, p->path, length + 1);
    rondo_path_join(outer, name, p->path);
    return length;
}

static void leave(printer *p, size_t length)
{
    p->path[length] = '\0';
}

/* Whether the key or section at p->path is to be printed. */
static bool counts_here(printer *p)
{
    static const rondo_problems none = {0};
    return !p->experiment ||
           (!rondo_condition_find(p->path, p->experiment, &none) &&
            !rondo_condition_find_option(p->path, p->experiment, &none, &p->owned));
}

static bool counts(printer *p, const char *key)
{
    size_t outer = enter(p, key);
    bool counts = counts_here(p);
    leave(p, outer);
    return counts;
}

/* What a comment says of where the key counts. */
static void note_row(printer *p, const rondo_option *row)
{
    size_t outer = enter(p, row->name);
    rondo_comment_row(&p->writer, p->registry, row, p->path);
    leave(p, outer);
}

static void print_row(printer *p, const rondo_option *row, const void *config)
{
    if (!counts(p, row->name)) return;
    note_row(p, row);
    if (rondo_options_is_void(row, config)) {
        rondo_comment_void(&p->writer, p->registry, row->name);
        return;
    }
    rondo_yaml_write_key(&p->writer, row->name);
    rondo_text_add(p->writer.text, " ");
    rondo_options_print(row, config, p->writer.text);
    rondo_text_add(p->writer.text, "\n");
}

static void print_rows(printer *p, const rondo_option *rows, const void *config)
{
    for (const rondo_option *row = rows; row->type != RONDO_OPTION_END; row++)
        print_row(p, row, config);
}

static void print_part(printer *p, const rondo_part_key *key, const rondo_split_part *part)
{
    const rondo_option file = {.type = RONDO_OPTION_TEXT};
    const rondo_option fraction = {.type = RONDO_OPTION_REAL};
    const rondo_option count = {.type = RONDO_OPTION_INTEGER};
    if (!counts(p, key->name)) return;
    rondo_comment_part(&p->writer, p->registry, key);
    if (key->may_be_void && !part->path && part->count == 0 && part->fraction <= 0) {
        rondo_comment_void(&p->writer, p->registry, key->name);
        return;
    }
    rondo_yaml_write_key(&p->writer, key->name);
    rondo_text_add(p->writer.text, " ");
    if (part->path)
        rondo_options_print(&file, &part->path, p->writer.text);
    else if (part->count > 0)
        rondo_options_print(&count, &part->count, p->writer.text);
    else
        rondo_options_print(&fraction, &part->fraction, p->writer.text);
    rondo_text_add(p->writer.text, "\n");
}

static void print_parts(printer *p, const rondo_section *section, const unsigned char *base)
{
    rondo_split_part part;
    for (const rondo_part_key *key = section->parts; key && key->name; key++) {
        memcpy(&part, base + key->offset, sizeof part);
        print_part(p, key, &part);
    }
}

static const rondo_plugin *plugin_of(const rondo_plugin_key *key, const unsigned char *base,
                                     const void **config)
{
    const rondo_plugin *plugin;
    memcpy(&plugin, base + key->plugin_offset, sizeof plugin);
    *config = NULL;
    if (!key->is_word) memcpy(config, base + key->options_offset, sizeof *config);
    return plugin;
}

static void print_plugin_name(printer *p, const rondo_plugin_key *key, const unsigned char *base)
{
    const void *config;
    rondo_comment_plugin(&p->writer, p->registry, key);
    rondo_yaml_write_key(&p->writer, key->key);
    rondo_text_add(p->writer.text, " %s\n", plugin_of(key, base, &config)->name);
}

static void print_options(printer *p, const rondo_plugin_key *key, const unsigned char *base)
{
    const void *config;
    const rondo_plugin *plugin = plugin_of(key, base, &config);
    rondo_comment_other_options(&p->writer, p->registry, key->kind, plugin);
    if (p->registry) {
        rondo_text note = {0};
        rondo_text_add(&note, "options of %s", plugin->name);
        rondo_yaml_write_comment(&p->writer, 0, rondo_text_get(&note));
        p->writer.text->failed |= note.failed;
        rondo_text_finish(&note);
    }
    bool weighted = rondo_class_weights_belong(plugin);
    const rondo_class_weights_config none = {0}, *weights = &none;
    if (weighted) weights = &((const rondo_loss_config *)(const void *)base)->class_weights;
    bool is_empty =
        rondo_options_count(plugin->options) == 0 && weights->rule == RONDO_WEIGHTS_NONE;
    if (is_empty && p->experiment) return;
    rondo_yaml_write_key(&p->writer, "options");
    if (is_empty) {
        rondo_text_add(p->writer.text, " {}\n");
        return;
    }
    rondo_text_add(p->writer.text, "\n");
    p->writer.indent += RONDO_INDENT;
    print_rows(p, plugin->options, config);
    if (weighted) rondo_comment_class_weights(&p->writer, p->registry);
    rondo_class_weights_print(&p->writer, weights);
    p->writer.indent -= RONDO_INDENT;
}

static void print_plugin_options(printer *p, const rondo_plugin_key *key, const unsigned char *base)
{
    size_t outer = enter(p, "options");
    print_options(p, key, base);
    leave(p, outer);
}

/* The numbers for the states of the section's cell. */
static void print_states(printer *p, const rondo_section *section, const unsigned char *base)
{
    const void *config;
    rondo_option rows[RONDO_MAX_STATES + 1];
    if (!section->states) return;
    assert(section->plugin); /* states are a cell's */
    const rondo_plugin *cell = plugin_of(section->plugin, base, &config);
    rondo_state_options(section->states, cell, config, rows);
    rondo_comment_states(&p->writer, p->registry, section->states, rows);
    rondo_yaml_write_key(&p->writer, section->states->name);
    rondo_text_add(p->writer.text, "\n");
    p->writer.indent += RONDO_INDENT;
    for (const rondo_option *row = rows; row->type != RONDO_OPTION_END; row++) {
        rondo_yaml_write_key(&p->writer, row->name);
        rondo_text_add(p->writer.text, " ");
        rondo_options_print(row, base, p->writer.text);
        rondo_text_add(p->writer.text, "\n");
    }
    p->writer.indent -= RONDO_INDENT;
}

static void print_section(printer *p, const rondo_section *section, const unsigned char *base);

static void print_list(printer *p, const rondo_section *section, const unsigned char *parent)
{
    int64_t count;
    memcpy(&count, parent + section->list->count_offset, sizeof count);
    if (count == 0) {
        rondo_text_add(p->writer.text, " []\n");
        return;
    }
    rondo_text_add(p->writer.text, "\n");
    p->writer.indent += RONDO_INDENT;
    for (int64_t i = 0; i < count; i++) {
        char number[32];
        snprintf(number, sizeof number, "%lld", (long long)i);
        size_t outer = enter(p, p->registry ? "*" : number);
        p->writer.is_item = true;
        print_section(p, section, parent + section->offset + (size_t)i * section->list->item_size);
        leave(p, outer);
    }
    p->writer.indent -= RONDO_INDENT;
}

/* A section that nothing is printed of has no heading, either. */
static void print_mapping(printer *p, const rondo_section *section, const unsigned char *base)
{
    rondo_text *text = p->writer.text;
    size_t before = text->length;
    rondo_yaml_write_key(&p->writer, section->name);
    rondo_text_add(text, "\n");
    size_t heading = text->length;
    p->writer.indent += RONDO_INDENT;
    print_section(p, section, base);
    p->writer.indent -= RONDO_INDENT;
    if (p->experiment && text->length == heading) rondo_text_cut(text, before);
}

static void print_section_inside(printer *p, const rondo_section *section,
                                 const unsigned char *parent)
{
    const void *config;
    if (!counts_here(p)) return;
    rondo_comment_section(&p->writer, p->registry, section, p->path);
    if (section->plugin && section->plugin->inherits &&
        !plugin_of(section->plugin, parent + section->offset, &config)) {
        rondo_comment_void(&p->writer, p->registry, section->name);
        return;
    }
    if (!section->list) {
        print_mapping(p, section, parent + section->offset);
        return;
    }
    if (section->list->is_optional)
        rondo_comment_entries(&p->writer, p->registry, section->rows, p->path);
    rondo_yaml_write_key(&p->writer, section->name);
    p->writer.indent += RONDO_INDENT;
    print_list(p, section, parent);
    p->writer.indent -= RONDO_INDENT;
}

static void print_inner(printer *p, const rondo_section *section, const unsigned char *parent)
{
    size_t outer = enter(p, section->name);
    print_section_inside(p, section, parent);
    leave(p, outer);
}

static void print_section(printer *p, const rondo_section *section, const unsigned char *base)
{
    const rondo_plugin_key *plugin = section->plugin;
    if (plugin && !plugin->is_word) print_plugin_name(p, plugin, base);
    print_rows(p, section->rows, base);
    if (plugin && plugin->is_word) print_plugin_name(p, plugin, base);
    print_parts(p, section, base);
    print_states(p, section, base);
    for (const rondo_section *inner = section->sections; inner && inner->name; inner++)
        print_inner(p, inner, base);
    if (plugin && !plugin->is_word) print_plugin_options(p, plugin, base);
}

void rondo_experiment_print(const rondo_experiment *experiment, rondo_text *text)
{
    printer p = {.writer = {.text = text}};
    print_section(&p, &rondo_root_section, (const unsigned char *)experiment);
}

void rondo_experiment_print_short(const rondo_experiment *experiment, rondo_text *text)
{
    printer p = {.writer = {.text = text}, .experiment = experiment};
    print_section(&p, &rondo_root_section, (const unsigned char *)experiment);
    text->failed |= p.owned.failed;
    rondo_owned_finish(&p.owned);
}

static const char *choose(const rondo_registry *registry, rondo_plugin_kind kind,
                          const char *preferred)
{
    int64_t count = rondo_registry_count(registry, kind);
    for (int64_t i = 0; i < count; i++) {
        const char *name = rondo_registry_name(registry, kind, i);
        if (strcmp(name, preferred) == 0) return name;
    }
    return count > 0 ? rondo_registry_name(registry, kind, 0) : preferred;
}

static const char heading[] = "Every key of a rondo config, with its default or, where it is "
                              "required, an example. Written by "
                              "`rondo describe --all`; do not edit.";
static const char rules[] =
    "Values are changed on the command line with --set path.to.key=value, entries of lists by "
    "number: --set model.layers.0.hidden=256. `extends: other.yaml` takes over another file's "
    "values: mappings are merged, lists and single values replaced. The order of --set does not "
    "matter; of two for the same key the last one counts. A key that is only for a format, task or "
    "other choice that the config has not made is refused, unless a file gives it its default; "
    "where "
    "the choice was changed later (in the file that extends, or by --set), what was written before "
    "is left behind.";

/* The reference is a real config, read from the few keys that are required, printed with notes. */
void rondo_experiment_reference(rondo_registry *registry, rondo_text *text)
{
    rondo_text config = {0};
    rondo_error error = {0};
    rondo_experiment *experiment;
    printer p = {.writer = {.text = text}, .registry = registry};
    rondo_text_add(&config,
                   "behavior_version: %d\ndata: {path: input.txt}\n"
                   "model: {layers: [{cell: %s, hidden: 128}]}\noptimizer: {name: %s}\n",
                   (int)RONDO_BEHAVIOR_VERSION, choose(registry, RONDO_KIND_CELL, "lstm"),
                   choose(registry, RONDO_KIND_OPTIMIZER, "adam"));
    rondo_yaml_write_comment(&p.writer, 0, heading);
    rondo_yaml_write_comment(&p.writer, 0, rules);
    rondo_text_add(text, "\n");
    if (rondo_experiment_parse("reference", NULL, rondo_text_get(&config), NULL, 0, registry,
                               &experiment, &error)) {
        rondo_yaml_write_comment(&p.writer, 0, error.text);
    } else {
        print_section(&p, &rondo_root_section, (const unsigned char *)experiment);
    }
    rondo_experiment_destroy(experiment);
    text->failed |= config.failed;
    rondo_text_finish(&config);
}
