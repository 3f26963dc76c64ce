/* Comments for the reference: what a key means and allows. */
#ifndef RONDO_CONFIG_NOTES_H
#define RONDO_CONFIG_NOTES_H

#include "config/owned.h"
#include "config/sections.h"
#include "config/writer.h"

/* All of them write nothing when `registry` is NULL: the plain resolved config. `path` is the
 * key's, with "*" for a number in a list: where the key counts is said, too. */
void rondo_note_section(const rondo_writer *writer, rondo_registry *registry,
                        const rondo_section *section, const char *path);
void rondo_note_row(const rondo_writer *writer, rondo_registry *registry, const rondo_option *row,
                    const char *path);
void rondo_note_part(const rondo_writer *writer, rondo_registry *registry,
                     const rondo_part_key *part);
void rondo_note_states(const rondo_writer *writer, rondo_registry *registry,
                       const rondo_state_key *states, const rondo_option *rows);
void rondo_note_plugin(const rondo_writer *writer, rondo_registry *registry,
                       const rondo_plugin_key *key);

/* Keys of the entries of a list that may be empty; `path` is the list's. */
void rondo_note_entries(const rondo_writer *writer, rondo_registry *registry,
                        const rondo_option *rows, const char *path);

/* loss.options.class_weights, of a loss that has it. */
void rondo_note_class_weights(const rondo_writer *writer, rondo_registry *registry);

/* A key that has no value: "# key:" */
void rondo_note_void(const rondo_writer *writer, rondo_registry *registry, const char *key);

/* Options of the plugins of that kind other than `chosen`. */
void rondo_note_other_options(const rondo_writer *writer, rondo_registry *registry,
                              rondo_plugin_kind kind, const rondo_plugin *chosen);

#endif
