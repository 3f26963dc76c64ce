/* What to say about a key that a section does not have. */
#ifndef RONDO_CONFIG_SUGGEST_H
#define RONDO_CONFIG_SUGGEST_H

#include "config/reader_value.h"

/* `plugin`: the section's, or NULL. Says the keys allowed and what was probably meant. */
void rondo_suggest_key(const rondo_reader *reader, const rondo_section *section,
                       const rondo_plugin *plugin, const char *path, const rondo_item *item);

/* `path`: of the section that names the plugin by `chooser`. Says who has the option, or what is
 * allowed and was probably meant. */
void rondo_suggest_option(const rondo_reader *reader, const rondo_plugin_key *chooser,
                          const rondo_plugin *plugin, const char *path, const rondo_item *item);

/* `rows`: one for each state of the cell. */
void rondo_suggest_state(const rondo_reader *reader, const rondo_plugin *cell,
                         const rondo_option *rows, const char *path, const rondo_item *item);

/* Whether the section has the key; "options" where it names a plugin. */
bool rondo_section_has(const rondo_section *section, const char *key);

/* "a, b, c" */
void rondo_section_keys(const rondo_section *section, rondo_text *text);

#endif
