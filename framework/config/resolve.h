/* What a config leaves open and a table cannot say: defaults that hang on other keys, and relative
 * paths made absolute. */
#ifndef RONDO_CONFIG_RESOLVE_H
#define RONDO_CONFIG_RESOLVE_H

#include "config/reader.h"

/* `stem`: of the config's name, for output.folder. Unwritable paths are problems. */
void rondo_resolve(const rondo_reader *reader, const rondo_node *root, const char *stem,
                   rondo_experiment *experiment);

#endif
