/* YAML text to a tree of nodes that know where they stand. yaml.c is the wrapper of libyaml.
 *
 * A config is small and written by people: one document, scalars, lists and mappings with plain
 * keys, anchors for repetition. Tags, other documents, keys that are no scalars, duplicate keys,
 * NUL characters and trees of absurd depth or size are mistakes.
 */
#ifndef RONDO_CONFIG_YAML_H
#define RONDO_CONFIG_YAML_H

#include <stdbool.h>
#include <stdint.h>

#include "config/owned.h"
#include "config/problems.h"

enum {
    RONDO_YAML_MAX_BYTES = 1 << 20,
    RONDO_YAML_MAX_DEPTH = 64,
    RONDO_YAML_MAX_NODES = 10000, /* aliases count as what they stand for */
    RONDO_YAML_LEDGER = 1000      /* times as much, in both, of a source that is a ledger */
};

typedef enum rondo_node_kind {
    RONDO_SCALAR = 0,
    RONDO_SEQUENCE = 1,
    RONDO_MAPPING = 2
} rondo_node_kind;

typedef struct rondo_node rondo_node;

/* An entry of a mapping, or of a sequence (key NULL). Place: of the key, or of the entry. */
typedef struct rondo_item {
    const char *key;
    rondo_place place;
    rondo_node *value;
} rondo_item;

struct rondo_node {
    rondo_node_kind kind;
    rondo_place place;
    const char *text; /* scalar; NULL otherwise */
    bool quoted;      /* scalar in quotes or as a block: a text, even if it looks like a number */
    int64_t count, capacity;
    rondo_item *items;
};

/* The tree of a text, in memory of `owned`; an empty text is an empty mapping. Mistakes go to
 * `problems`; NULL when the text could not be read to its end (or memory ran out). */
rondo_node *rondo_yaml_parse(const rondo_origin *source, const char *text, rondo_owned *owned,
                             rondo_problems *problems);

/* Adds an entry at the end (key NULL for a sequence). Does nothing when memory runs out. */
void rondo_node_add(rondo_node *node, rondo_owned *owned, const char *key, rondo_place place,
                    rondo_node *value);

/* The entry of a mapping with that key, or NULL. */
rondo_item *rondo_node_find(const rondo_node *mapping, const char *key);

/* --- lines of a YAML text: indentation, list dashes, wrapped comments --- */

enum { RONDO_INDENT = 2, RONDO_LINE_WIDTH = 100 };

typedef struct rondo_yaml_writer {
    rondo_text *text;
    int64_t indent; /* columns */
    bool is_item;   /* the next key is the first of a list's entry: it gets the dash */
} rondo_yaml_writer;

/* "key:" with no line end: a value or a line end follows. */
void rondo_yaml_write_key(rondo_yaml_writer *writer, const char *key);

/* "# ..." wrapped; later lines are `hang` columns further in. */
void rondo_yaml_write_comment(const rondo_yaml_writer *writer, int64_t hang, const char *comment);

#endif
