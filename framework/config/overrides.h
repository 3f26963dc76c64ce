/* --set path.to.key=value: changes to a tree before it is read.
 *
 * The value is YAML and replaces what is there. A number in the path is a place in a list, the one
 * behind the last entry adds one. Missing mappings are made. Naming another cell,
 * loss, optimizer, .. drops the options that only the old one has.
 *
 * The order of the texts does not matter: they are applied along the tree, a section before what is
 * in it. Of two for the same path the last one counts. */
#ifndef RONDO_CONFIG_OVERRIDES_H
#define RONDO_CONFIG_OVERRIDES_H

#include "config/reader_value.h"

/* `names[i]` stands in messages for sets[i] ("a.yaml:3:5"); NULL: "--set TEXT". `root` is a
 * mapping. `folder` is where relative paths in the texts start. Mistakes go to `problems`. Sources
 * and nodes live in `owned`. */
void rondo_overrides_apply(rondo_node *root, const char *const *sets, const char *const *names,
                           int64_t set_count, const char *folder, rondo_registry *registry,
                           rondo_owned *owned, rondo_problems *problems);

#endif
