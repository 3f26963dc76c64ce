/* Defaults that hang on other keys, which a table cannot say. */
#ifndef RONDO_CONFIG_DEFAULTS_H
#define RONDO_CONFIG_DEFAULTS_H

#include "config/reader_value.h"

/* `stem`: of the config's name, for output.folder. */
void rondo_defaults_fill(const rondo_reader *reader, const rondo_node *root, const char *stem,
                         rondo_experiment *experiment);

#endif
