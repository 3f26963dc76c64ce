/* A section at work in the reader, and the plugin that it names. */
#ifndef RONDO_CONFIG_READER_PLUGIN_H
#define RONDO_CONFIG_READER_PLUGIN_H

#include "config/reader_value.h"

/* A section as the config has it. */
typedef struct rondo_scope {
    const rondo_section *section;
    const rondo_node *node; /* a mapping, or NULL: all defaults */
    rondo_place place;      /* of the section's key: where missing keys are reported */
    const char *path;
    bool quiet;                      /* the section itself is a mistake: nothing is missing in it */
    unsigned char *base;             /* its struct */
    const struct rondo_scope *outer; /* the section it stands in; NULL: the root */
    const rondo_plugin *plugin; /* that it names, once that is read; NULL: none, or a mistake */
    void *options;
} rondo_scope;

/* The entry, or NULL where the config does not have it. */
const rondo_item *rondo_scope_find(const rondo_scope *scope, const char *key);

/* "PATH: missing key; allowed: ALLOWED", unless the section itself is a mistake. */
void rondo_reader_report_missing(const rondo_reader *reader, const rondo_scope *scope,
                                 const char *key, const char *allowed);

/* The plugin that the section names, with its options; then the numbers it has for the states of
 * that plugin. */
void rondo_reader_plugin(const rondo_reader *reader, rondo_scope *scope);
void rondo_reader_states(const rondo_reader *reader, const rondo_scope *scope);

#endif
