/* Comments for the reference: what a key means and allows. */
#ifndef RONDO_CONFIG_REFERENCE_COMMENTS_H
#define RONDO_CONFIG_REFERENCE_COMMENTS_H

#include "config/owned.h"
#include "config/sections.h"
#include "config/yaml.h"

/* All of them write nothing when `registry` is NULL: the plain resolved config. `path` is the
 * key's, with "*" for a number in a list: where the key counts is said, too. */
void rondo_comment_section(const rondo_yaml_writer *writer, rondo_registry *registry,
                           const rondo_section *section, const char *path);
void rondo_comment_row(const rondo_yaml_writer *writer, rondo_registry *registry,
                       const rondo_option *row, const char *path);
void rondo_comment_part(const rondo_yaml_writer *writer, rondo_registry *registry,
                        const rondo_part_key *part);
void rondo_comment_states(const rondo_yaml_writer *writer, rondo_registry *registry,
                          const rondo_state_key *states, const rondo_option *rows);
void rondo_comment_plugin(const rondo_yaml_writer *writer, rondo_registry *registry,
                          const rondo_plugin_key *key);

/* Keys of the entries of a list that may be empty; `path` is the list's. */
void rondo_comment_entries(const rondo_yaml_writer *writer, rondo_registry *registry,
                           const rondo_option *rows, const char *path);

/* loss.options.class_weights, of a loss that has it. */
void rondo_comment_class_weights(const rondo_yaml_writer *writer, rondo_registry *registry);

/* A key that has no value: "# key:" */
void rondo_comment_void(const rondo_yaml_writer *writer, rondo_registry *registry, const char *key);

/* Options of the plugins of that kind other than `chosen`. */
void rondo_comment_other_options(const rondo_yaml_writer *writer, rondo_registry *registry,
                                 rondo_plugin_kind kind, const rondo_plugin *chosen);

#endif
