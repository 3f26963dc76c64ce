/* Config files and what they extend, read and merged into one tree.
 *
 * `extends: other.yaml` is a relative path, from the folder of the file that says it, to a file
 * named .yaml or .yml; that file may extend another. A config cannot point rondo at anything else.
 */
#ifndef RONDO_CONFIG_EXTENDS_H
#define RONDO_CONFIG_EXTENDS_H

#include "config/yaml.h"

/* The merged tree, short forms expanded, without `extends`. Mistakes in any of the files go to
 * `problems`. NULL when a file could not be used; then there is a problem, or for `path` itself an
 * error and its status. */
rondo_status rondo_extends_read(const char *path, rondo_owned *owned, rondo_problems *problems,
                                rondo_node **root, rondo_error *error);

/* A tree that stands alone, from a text: `extends` is refused. NULL with a problem. */
rondo_node *rondo_extends_parse(const char *name, const char *folder, const char *text,
                                rondo_owned *owned, rondo_problems *problems);

#endif
