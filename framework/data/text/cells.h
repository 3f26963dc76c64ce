/* Cells of delimited text that hold numbers: how they are read, and what is said of those that hold
 * none. */
#ifndef RONDO_DATA_TEXT_CELLS_H
#define RONDO_DATA_TEXT_CELLS_H

#include "base/error.h"
#include "data/text/delimited.h"
#include "data/text/moment.h"
#include "rondo/plugin.h"

typedef enum rondo_delimiter {
    RONDO_DELIMITER_AUTO = 0, /* a tab where the first line has one, otherwise a comma */
    RONDO_TAB = 1,
    RONDO_COMMA = 2,
    RONDO_SEMICOLON = 3
} rondo_delimiter;

/* Whether the first line names the columns. */
typedef enum rondo_header {
    RONDO_HEADER_AUTO = 0, /* yes, unless all columns are named by number and hold numbers there */
    RONDO_HEADER_TRUE = 1,
    RONDO_HEADER_FALSE = 2
} rondo_header;

typedef enum rondo_decimal { RONDO_DECIMAL_POINT = 0, RONDO_DECIMAL_COMMA = 1 } rondo_decimal;

/* Their names in a config, and those of rondo_date_order. */
extern const char *const rondo_delimiter_names[], *const rondo_header_names[];
extern const char *const rondo_decimal_names[], *const rondo_date_order_names[];

/* Rows of the options by which a format says how tables of numbers are written: header, delimiter,
 * decimal, date_order, int fields of its struct. */
#define RONDO_CELL_OPTIONS(config)                                                                 \
    RONDO_CHOICE(config, header, RONDO_HEADER_AUTO, rondo_header_names,                            \
                 "whether the first line names the columns; auto: it does, unless this config "    \
                 "gives every column by number and the line has numbers in the input and target "  \
                 "columns"),                                                                       \
        RONDO_CHOICE(config, delimiter, RONDO_DELIMITER_AUTO, rondo_delimiter_names,               \
                     "field separator; auto: a tab where the first line has one, a "               \
                     "semicolon where it has no comma but a semicolon (or decimal is comma), "     \
                     "otherwise a comma"),                                                         \
        RONDO_CHOICE(config, decimal, RONDO_DECIMAL_POINT, rondo_decimal_names,                    \
                     "decimal separator: 1.5 or 1,5"),                                             \
        RONDO_CHOICE(config, date_order, RONDO_YEAR_FIRST, rondo_date_order_names,                 \
                     "order of dates in the time column: 2021-01-31, 31.01.2021 or "               \
                     "01/31/2021")

/* What a config says of cells. */
typedef struct rondo_cell_rules {
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
