/* What `rondo inspect gradients` found, as a table and as a picture. Private to command/inspect*.c.
 */
#ifndef RONDO_COMMAND_INSPECT_REPORT_H
#define RONDO_COMMAND_INSPECT_REPORT_H

#include "analyze/inspection_run.h"

/* Tables, on stdout. */
void rondo_inspect_print(const rondo_inspection_run *runs, int64_t count);

/* All runs at their start and as trained, as SVG. */
rondo_status rondo_inspect_picture(const char *path, const rondo_inspection_run *runs,
                                   int64_t count, rondo_error *error);

#endif
