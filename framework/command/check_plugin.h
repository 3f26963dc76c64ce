/* rondo check PLUGIN.so: the conformance kit, a program of its own beside this one. */
#ifndef RONDO_COMMAND_CHECK_PLUGIN_H
#define RONDO_COMMAND_CHECK_PLUGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "command/arguments.h"

/* What only the kit reads. */
typedef struct rondo_check_arguments {
    bool table, step_file, alone;
    const char *step;
    int64_t seconds; /* 0: not given */
    rondo_argument_list options;
} rondo_check_arguments;

/* Whether the word names a plugin's file. */
bool rondo_check_is_plugin(const char *word);

/* Becomes the kit; of a file in plugins-double/ the kit in double precision. Returns only where it cannot be
 * started. [main] */
rondo_status rondo_check_plugin(const char *path, const rondo_check_arguments *arguments,
                                rondo_error *error);

#endif
