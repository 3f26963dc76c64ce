/* All that a config can name, for whoever reads one. */
#ifndef RONDO_EVALUATE_NAMES_H
#define RONDO_EVALUATE_NAMES_H

#include "plugin/registry.h"

/* Plugins, those of the folders first, and the tasks, formats and metrics that are built in. [main] */
rondo_status rondo_names_create(const char *const *folders, int64_t folder_count,
                                rondo_registry **out, rondo_error *error);

#endif
