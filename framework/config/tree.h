/* Work on config trees before they are read: short forms, extends, replacing entries. */
#ifndef RONDO_CONFIG_TREE_H
#define RONDO_CONFIG_TREE_H

#include "config/yaml.h"

/* Whether a node says nothing: `key:` with nothing behind it, or null. */
bool rondo_node_is_empty(const rondo_node *node);

/* The node at "model.layers.0.cell", or NULL. */
const rondo_node *rondo_tree_find(const rondo_node *root, const char *path);

/* The place of the deepest entry on the way to `path` that the config has. */
rondo_place rondo_tree_place(const rondo_node *root, const char *path);

void rondo_node_remove(rondo_node *mapping, const char *key);

/* model.input and model.decoder.input written as one word become {kind: word}; lists of names of
 * columns become texts. */
void rondo_tree_expand(rondo_node *root, rondo_owned *owned);

/* Of kind and embedding of model.input and model.decoder.input, which exclude each other, the one
 * said later stays (rondo_source_age); both, where they were said together or agree. */
void rondo_tree_resolve_inputs(rondo_node *root);

/* Lays `over` on `base` and gives the result: mappings merge entry by entry, everything else
 * replaces. Where a name, cell or format changes, the options of the old one and the numbers for
 * its states go. Both trees are used up. */
rondo_node *rondo_tree_merge(rondo_node *base, rondo_node *over, rondo_owned *owned);

#endif
