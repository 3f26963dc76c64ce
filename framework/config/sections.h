/* The sections of a config, as tables. Reading, defaults, printing, the reference and the lists of
 * allowed keys are all walks over these tables.
 *
 *   section = [plugin name] rows [parts] [states] [sections] [plugin options]
 */
#ifndef RONDO_CONFIG_SECTIONS_H
#define RONDO_CONFIG_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/experiment.h"
#include "rondo/plugin.h"

/* A section that names a plugin and holds its options. Offsets are within the section's struct. */
typedef struct rondo_plugin_key {
    const char *key; /* "cell", "name" */
    rondo_plugin_kind kind;
    size_t plugin_offset;  /* of the pointer to the plugin */
    size_t options_offset; /* of the pointer to its filled config */
    const char *fallback;  /* default name, or NULL: required */
    const char *help;
    bool is_word;  /* a thing without options: one more key beside the rows, and never NULL: a wrong
                      name is reported and leaves the fallback */
    bool inherits; /* what is left out is as in the enclosing section; without a section in the
                      config the pointers stay NULL */
} rondo_plugin_key;

/* A mapping with a number in [0, 1) for each state of the section's cell. */
typedef struct rondo_state_key {
    const char *name;
    size_t offset; /* of the double[RONDO_MAX_STATES] within the section's struct */
    const char *help;
} rondo_state_key;

/* A part of the data: a fraction, a count or a file. */
typedef struct rondo_part_key {
    const char *name;
    size_t offset; /* of the rondo_split_part */
    double fallback;
    bool may_be_void; /* written as a comment where nothing is set; then 0 is not a value for it */
    const char *allowed, *help;
} rondo_part_key;

/* A section that is a list of structs. */
typedef struct rondo_list_key {
    size_t count_offset; /* of the int64_t count, within the parent's struct */
    size_t item_size;
    int64_t most;
    bool is_optional; /* may be empty or left out */
} rondo_list_key;

typedef struct rondo_section {
    const char *name;
    const char *help;
    size_t offset; /* of its struct within its parent's */
    const rondo_option *rows;
    const rondo_plugin_key *plugin;       /* NULL: none */
    const rondo_part_key *parts;          /* ends with name NULL; NULL: none */
    const rondo_state_key *states;        /* of a section that names a cell; NULL: none */
    const struct rondo_section *sections; /* ends with name NULL; NULL: none */
    const rondo_list_key *list;           /* NULL: a mapping */
    bool is_repeated; /* has the keys of a section elsewhere, which is the one to point at */
} rondo_section;

/* The whole config; its struct is rondo_experiment. */
extern const rondo_section rondo_root_section;

/* The section at "model.layers.0.backward", or NULL; "": the root. */
const rondo_section *rondo_section_find(const char *path);

/* A row a state, named like it, real in [0, 1), default 0; fields are within the section's struct.
 * No rows where the cell has no sound plan with these options (NULL: the defaults). */
void rondo_state_options(const rondo_state_key *key, const rondo_plugin *cell, const void *options,
                         rondo_option rows[RONDO_MAX_STATES + 1]);

#endif
