/* The metrics of a run, for other programs. */
#ifndef RONDO_COMMAND_EXPORT_RUN_H
#define RONDO_COMMAND_EXPORT_RUN_H

#include "base/error.h"

/* All records of the run's journal as CSV (RFC 4180): a line a record, a column a name; empty where
 * a record has no such value, nan where it was not finite. `wall_time`: seconds since 1970
 * (store/metrics_times.h). Into a file, whole or not at all, or NULL: on stdout. [main] */
rondo_status rondo_export_csv(const char *folder, const char *output, rondo_error *error);

/* All values of all records as scalars of TensorBoard: one event file in the folder `output`, which
 * is made. Its name is always the same, so that exporting again replaces it. [main] */
rondo_status rondo_export_tensorboard(const char *folder, const char *output, rondo_error *error);

#endif
