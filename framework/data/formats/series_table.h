/* Chosen columns of a table of numbers: CSV or TSV, a row a moment in time; with what the file says
 * of time and of the series that its rows are of.
 *
 * Rows of one id stand together, in the order of the file: a part. Within a part, rows that follow
 * one another without a gap of time or a missing value are a span; windows lie in one span. A file
 * without time, id and missing values is one part and one span.
 */
#ifndef RONDO_DATA_FORMATS_SERIES_TABLE_H
#define RONDO_DATA_FORMATS_SERIES_TABLE_H

#include <stdint.h>

#include "base/error.h"
#include "data/formats/series_config.h"
#include "data/text/moment.h"
#include "data/text/symbols.h"

/* The rows of one id. */
typedef struct rondo_series_part {
    int64_t first, end;
    const char *id; /* NULL: the file has no ids */
} rondo_series_part;

typedef struct rondo_series_span {
    int64_t first, end, part;
} rondo_series_span;

/* From a row to the next one, as nearly all are; both 0: there is no time, or one row. */
typedef struct rondo_series_step {
    int64_t months; /* 0: the step is a length */
    double size;    /* seconds, or what numbers count */
} rondo_series_step;

typedef struct rondo_series_table {
    int64_t rows, columns;
    double *values;      /* [rows, columns]; NAN where a value is missing */
    int64_t *lines;      /* [rows]: where each stands in the file, from 1 */
    rondo_moment *times; /* [rows]; NULL without data.options.time */
    int32_t *ids;        /* [rows]: numbers of id_names; NULL without data.options.id */
    rondo_symbols *id_names;
    int32_t *labels; /* [rows]: numbers of label_names; NULL without a column of labels */
    rondo_symbols *label_names;
    int64_t missing, missing_rows; /* cells, and rows that have them */
    rondo_moment_form form;        /* of the last row's time */
    rondo_series_step step;
    int64_t unequal; /* steps that are another one */
    int64_t part_count, span_count;
    rondo_series_part *parts; /* in the order in which ids appear */
    rondo_series_span *spans; /* in the order of rows */
    int64_t capacity, line_capacity, time_capacity, id_capacity, label_capacity;
} rondo_series_table;

/* Which columns of a file are read. */
typedef struct rondo_series_columns {
    const char *const *names;
    int64_t count;     /* of names; may be 0 */
    const char *label; /* a column of texts; or NULL */
    bool guesses;      /* warnings say what other columns look like: of a time series */
    bool is_training; /* of all that looks like a time or an id, otherwise only of times that do not
                         rise */
} rondo_series_columns;

/* Reads the columns of these names, in this order; other columns may hold anything, but a warning
 * may say what looks like a time or an id that the config does not name. Refused in one line: a
 * name that the header does not have, or has twice; a row with more or fewer cells than the first;
 * a cell that is no finite number, or is missing where config->missing_rows does not allow it; a
 * time that does not rise within its id. Call table_finish in any case. [main] */
rondo_status rondo_series_table_read(const char *path, const rondo_series_columns *columns,
                                     const rondo_series_config *config, rondo_series_table *table,
                                     rondo_error *error);
void rondo_series_table_finish(rondo_series_table *table);

/* Once all rows are there: groups them by id, checks that time rises, finds parts and spans, and
 * warns of unequal steps. (series_rows.c) [main] */
rondo_status rondo_series_rows_arrange(const char *path, const rondo_series_config *config,
                                       rondo_series_table *table, rondo_error *error);

/* The span that a row is in; NULL: in none, it has a missing value. [any] */
const rondo_series_span *rondo_series_table_span(const rondo_series_table *table, int64_t row);

/* The time k steps behind a row, as the file writes times; "" where it is not known, because there
 * is no time or steps are unequal and ignored. [any] */
void rondo_series_table_time(const rondo_series_table *table, int64_t row, int64_t k,
                             char text[RONDO_MOMENT_SIZE]);

#endif
