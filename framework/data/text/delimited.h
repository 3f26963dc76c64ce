/* Delimited text: records of fields, as CSV (RFC 4180) and TSV have them.
 *
 * A record is a line; empty lines are passed over. With a comma or semicolon a field may stand in
 * double quotes: it may then hold delimiters and line ends, and a quote written twice. A quote
 * within a field that does not begin with one is a character like others. With tabs there are no
 * quotes (IANA text/tab-separated-values): a field is what stands between tabs.
 */
#ifndef RONDO_DATA_TEXT_DELIMITED_H
#define RONDO_DATA_TEXT_DELIMITED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/text/text_source.h"

typedef struct rondo_field {
    char *text; /* in the source, quotes taken off; followed by NUL */
    int64_t length;
    int64_t line, column; /* where it begins, both from 1; columns count characters */
} rondo_field;

typedef struct rondo_delimited {
    const char *path; /* for messages */
    char delimiter;
    char *at, *end;
    int64_t line, column; /* of `at`, both from 1 */
    rondo_field *fields;  /* [count]: of the record at hand */
    int64_t count, capacity;
    int64_t width; /* fields of the first record, which all others must have; 0 before it */
} rondo_delimited;

/* At the start of a source, which must outlive the reader and is changed by it. delimiter '\0': a
 * tab where the first line has one, otherwise a comma. Call delimited_finish in any case. */
void rondo_delimited_start(const char *path, const rondo_source *source, char delimiter,
                           rondo_delimited *reader);
void rondo_delimited_finish(rondo_delimited *reader);

/* The next record in reader->fields, valid until the next call; *found is false at the end.
 * RONDO_FAILED, with file, line and column: another number of fields than the first record has, a
 * quote that is never closed, text behind a closing quote. */
rondo_status rondo_delimited_next(rondo_delimited *reader, bool *found, rondo_error *error);

/* Which field of the record at hand, the header or (is_header false) any first record, is the
 * column that `wanted` names: a name in the header, or a number counted from 1; a name that is a
 * number is the name. RONDO_USAGE: there is none; `key` is the config's, for the message. */
rondo_status rondo_delimited_column(const rondo_delimited *reader, bool is_header, const char *key,
                                    const char *wanted, int64_t *column, rondo_error *error);

#endif
