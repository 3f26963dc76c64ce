/* Cells of delimited text that hold numbers: how they are read, and what is said of those that hold
 * none. */
#ifndef RONDO_DATA_TEXT_CELLS_H
#define RONDO_DATA_TEXT_CELLS_H

#include "base/error.h"
#include "config/formats.h"
#include "data/text/delimited.h"

/* What a config says of cells. */
typedef struct rondo_cell_rules {
    const char *section; /* whose keys messages name: "data.series" */
    int decimal;         /* rondo_decimal */
    const char *missing; /* "NA, ?", or NULL: what says that a value is missing, besides nothing */
} rondo_cell_rules;

/* Takes blanks off both ends of a field, or of all fields of a record. [any] */
void rondo_cell_trim(rondo_field *field);
void rondo_cells_trim(rondo_delimited *record);

/* One name of a list "a, b" after another: `at` goes on behind it; false at its end. [any] */
bool rondo_cells_next(const char **at, const char **name, size_t *length);

/* Whether a trimmed field says that its value is missing. [any] */
bool rondo_cell_is_missing(const rondo_cell_rules *rules, const rondo_field *field);

/* The whole trimmed field as a finite number. With a decimal comma a point is refused: it may stand
 * between thousands. [any] */
bool rondo_cell_real(const rondo_cell_rules *rules, const rondo_field *field, double *value);

/* RONDO_FAILED: `path`:line:column: column "name"`what`. */
rondo_status rondo_cell_fail(const char *path, const rondo_field *field, const char *name,
                             const char *what, rondo_error *error);

/* The same of a field that is neither a number nor missing, with the key that helps, if one does.
 */
rondo_status rondo_cell_fail_number(const rondo_cell_rules *rules, const char *path,
                                    const rondo_field *field, const char *name, rondo_error *error);

/* What stands between the fields of a source, as the config says it (rondo_delimiter): auto is a
 * tab where the first line has one, a semicolon where it has one and no comma (or the comma is that
 * of numbers), otherwise a comma. [any] */
char rondo_cells_delimiter(int delimiter, int decimal, const rondo_source *source);

#endif
