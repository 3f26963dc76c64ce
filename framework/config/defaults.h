/* Defaults that hang on other keys, which a table cannot say. */
#ifndef RONDO_CONFIG_DEFAULTS_H
#define RONDO_CONFIG_DEFAULTS_H

#include "config/reader_value.h"

/* Whether what the config is of is not known, as its task or data format is misspelt: then nothing
 * can be said of what depends on them. */
bool rondo_defaults_are_open(const rondo_experiment *experiment, const rondo_problems *problems);

/* `stem`: of the config's name, for output.folder. */
void rondo_defaults_fill(const rondo_reader *reader, const rondo_node *root, const char *stem,
                         rondo_experiment *experiment);

#endif
