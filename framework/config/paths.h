/* Paths that a config names: those of files start at the folder of the text that names them; the
 * run's folder is where rondo writes. */
#ifndef RONDO_CONFIG_PATHS_H
#define RONDO_CONFIG_PATHS_H

#include <stdbool.h>

#include "config/reader_value.h"

/* Relative paths of files become absolute; those that cannot be written in a config are problems.
 * Sets output.refusal where the config may not name its folder. */
void rondo_paths_resolve(const rondo_reader *reader, const rondo_node *root,
                         rondo_experiment *experiment);

/* Whether a path is absolute, or has a part "..". */
bool rondo_path_leads_out(const char *path);

/* Whether a path can stand in a YAML text, into which every path of a config goes again. */
bool rondo_path_is_printable(const char *path);

#endif
