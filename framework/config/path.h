/* Dotted paths of keys ("model.layers.0.cell"), for messages. */
#ifndef RONDO_CONFIG_PATH_H
#define RONDO_CONFIG_PATH_H

enum { RONDO_PATH_SIZE = 256 }; /* deeper than any path of the tables, with a quoted key behind */

/* "parent.key", or "key" below the root; cut where it would be longer than a path can be. */
const char *rondo_path_join(const char *parent, const char *key, char path[RONDO_PATH_SIZE]);

#endif
