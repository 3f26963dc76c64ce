#include "config/reference_comments.h"

#include <string.h>

#include "config/class_weights.h"
#include "config/conditions.h"
#include "plugin/options.h"

static void write_note(const rondo_yaml_writer *writer, int64_t hang, rondo_text *note)
{
    rondo_yaml_write_comment(writer, hang, rondo_text_get(note));
    writer->text->failed |= note->failed;
    rondo_text_finish(note);
}

void rondo_comment_section(const rondo_yaml_writer *writer, rondo_registry *registry,
                           const rondo_section *section, const char *path)
{
    rondo_text note = {0};
    if (!registry) return;
    if (writer->indent == 0) rondo_text_add(writer->text, "\n");
    rondo_text_add(&note, "%s", section->help);
    rondo_condition_note(NULL, path, registry, &note);
    write_note(writer, 0, &note);
}

/* "help (integer of at least 1; only for data.format series)" */
static void add_row(const rondo_option *row, const char *path, rondo_registry *registry,
                    rondo_text *note)
{
    rondo_text_add(note, "%s (", row->help);
    rondo_options_allowed(row, note);
    rondo_condition_note(NULL, path, registry, note);
    if (row->flags & RONDO_WITH_PREVIOUS) rondo_text_add(note, "; only with %s", row[-1].name);
    rondo_text_add(note, row->flags & RONDO_REQUIRED ? "; required)" : ")");
}

void rondo_comment_row(const rondo_yaml_writer *writer, rondo_registry *registry,
                       const rondo_option *row, const char *path)
{
    rondo_text note = {0};
    if (!registry) return;
    add_row(row, path, registry, &note);
    write_note(writer, 0, &note);
}

void rondo_comment_entries(const rondo_yaml_writer *writer, rondo_registry *registry,
                           const rondo_option *rows, const char *path)
{
    char entry[RONDO_PATH_SIZE], key[RONDO_PATH_SIZE];
    if (!registry) return;
    rondo_path_join(path, "*", entry);
    for (const rondo_option *row = rows; row->type != RONDO_OPTION_END; row++) {
        rondo_text note = {0};
        rondo_text_add(&note, "- %s: ", row->name);
        add_row(row, rondo_path_join(entry, row->name, key), registry, &note);
        write_note(writer, 2, &note);
    }
}

void rondo_comment_part(const rondo_yaml_writer *writer, rondo_registry *registry,
                        const rondo_part_key *part)
{
    rondo_text note = {0};
    if (!registry) return;
    rondo_text_add(&note, "%s (%s)", part->help, part->allowed);
    write_note(writer, 0, &note);
}

void rondo_comment_states(const rondo_yaml_writer *writer, rondo_registry *registry,
                          const rondo_state_key *states, const rondo_option *rows)
{
    rondo_text note = {0};
    if (!registry) return;
    rondo_text_add(&note, "%s (", states->help);
    rondo_options_allowed(rows, &note);
    rondo_text_add(&note, " for each state of the cell)");
    write_note(writer, 0, &note);
}

void rondo_comment_plugin(const rondo_yaml_writer *writer, rondo_registry *registry,
                          const rondo_plugin_key *key)
{
    rondo_text note = {0};
    if (!registry) return;
    rondo_text_add(&note, "%s (one of", key->help);
    for (int64_t i = 0; i < rondo_registry_count(registry, key->kind); i++)
        rondo_text_add(&note, "%s %s", i > 0 ? "," : "",
                       rondo_registry_name(registry, key->kind, i));
    rondo_text_add(&note, key->fallback ? ")" : "; required)");
    write_note(writer, 0, &note);
}

void rondo_comment_void(const rondo_yaml_writer *writer, rondo_registry *registry, const char *key)
{
    rondo_text note = {0};
    if (!registry) return;
    rondo_text_add(&note, "%s:", key);
    write_note(writer, 0, &note);
}

void rondo_comment_class_weights(const rondo_yaml_writer *writer, rondo_registry *registry)
{
    if (!registry) return;
    rondo_yaml_write_comment(writer, 0, rondo_class_weights_help);
    rondo_comment_void(writer, registry, rondo_class_weights_key);
}

/* A format says itself where its options count. */
static void note_condition(const rondo_plugin *plugin, const char *option, rondo_registry *registry,
                           rondo_text *note)
{
    char path[RONDO_PATH_SIZE];
    const rondo_condition *conditions =
        plugin->kind == RONDO_KIND_FORMAT ? ((const rondo_format *)plugin)->conditions : NULL;
    if (conditions)
        rondo_condition_note(conditions, rondo_path_join("data.options", option, path), registry,
                             note);
}

static void note_options(const rondo_yaml_writer *writer, rondo_registry *registry,
                         const rondo_plugin *plugin, const void *config)
{
    rondo_text title = {0};
    if (rondo_options_count(plugin->options) == 0) return;
    rondo_text_add(&title, "options of %s:", plugin->name);
    write_note(writer, 0, &title);
    for (const rondo_option *row = plugin->options; row->type != RONDO_OPTION_END; row++) {
        rondo_text note = {0};
        bool is_open = row->flags & RONDO_REQUIRED || rondo_options_is_void(row, config);
        rondo_text_add(&note, "- %s%s", row->name, is_open ? "" : ": ");
        if (!is_open) rondo_options_print(row, config, &note);
        rondo_text_add(&note, " -- %s (", row->help);
        rondo_options_allowed(row, &note);
        if (row->flags & RONDO_WITH_PREVIOUS) rondo_text_add(&note, "; only with %s", row[-1].name);
        note_condition(plugin, row->name, registry, &note);
        rondo_text_add(&note, row->flags & RONDO_REQUIRED ? "; required)" : ")");
        write_note(writer, 2, &note);
    }
}

static void note_plugin_options(const rondo_yaml_writer *writer, rondo_registry *registry,
                                rondo_plugin_kind kind, const char *name)
{
    rondo_owned owned = {0};
    rondo_error error = {0};
    const rondo_plugin *plugin;
    if (rondo_registry_find(registry, kind, name, &plugin, &error)) {
        rondo_yaml_write_comment(writer, 0, error.text);
        return;
    }
    void *config = rondo_owned_take(&owned, plugin->config_size);
    if (config) {
        rondo_options_default(plugin->options, config);
        note_options(writer, registry, plugin, config);
    }
    writer->text->failed |= owned.failed;
    rondo_owned_finish(&owned);
}

void rondo_comment_other_options(const rondo_yaml_writer *writer, rondo_registry *registry,
                                 rondo_plugin_kind kind, const rondo_plugin *chosen)
{
    if (!registry) return;
    for (int64_t i = 0; i < rondo_registry_count(registry, kind); i++) {
        const char *name = rondo_registry_name(registry, kind, i);
        if (strcmp(name, chosen->name) != 0) note_plugin_options(writer, registry, kind, name);
    }
}
