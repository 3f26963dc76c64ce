/* What `rondo new` writes, generated from plugins/ (cmake/RondoTemplates.cmake). */
#ifndef RONDO_COMMAND_NEW_FILES_H
#define RONDO_COMMAND_NEW_FILES_H

#include "rondo/plugin.h"

/* "@NAME@" in the path and in lines, and in lines "@KIND@" and the name that templates have, "mycell" of a
 * cell, are replaced. */
typedef struct rondo_new_file {
    rondo_plugin_kind kind;
    const char *path;                  /* below the new folder; NULL ends the table */
    const char *const *lines;          /* ends with NULL; each but the last with a line end */
    const char *const *autodiff_lines; /* with --with-autodiff; NULL: the same ones */
} rondo_new_file;

extern const rondo_new_file rondo_new_files[];

#endif
