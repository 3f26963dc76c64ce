/* Chosen columns of a table of numbers: CSV or TSV with a header, a row a moment in time. */
#ifndef RONDO_DATA_SERIES_TABLE_H
#define RONDO_DATA_SERIES_TABLE_H

#include <stdint.h>

#include "base/error.h"

typedef struct rondo_series_table {
    int64_t rows, columns;
    double *values; /* [rows, columns] */
    int64_t capacity;
} rondo_series_table;

/* Reads the columns of these names, in this order; other columns (a date) may hold anything.
 * Refused in one line: a name that the header does not have, or has twice; a row with more or fewer
 * cells than the header; a cell that is empty or no finite number. Call table_finish in any case.
 * [main] */
rondo_status rondo_series_table_read(const char *path, const char *const *names, int64_t count,
                                     rondo_series_table *table, rondo_error *error);
void rondo_series_table_finish(rondo_series_table *table);

#endif
