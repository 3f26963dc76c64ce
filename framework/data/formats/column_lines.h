/* Lines of a file of columns (data/formats/columns.h): what each is, and its fields. */
#ifndef RONDO_DATA_FORMATS_COLUMN_LINES_H
#define RONDO_DATA_FORMATS_COLUMN_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

/* Whether a file of columns is CoNLL-U, whose first field numbers words. */
typedef enum rondo_columns_form {
    RONDO_COLUMNS_AUTO = 0, /* each sequence as its first fields look, unless that field is read */
    RONDO_COLUMNS_CONLLU = 1,
    RONDO_COLUMNS_PLAIN = 2
} rondo_columns_form;

typedef enum rondo_column_line {
    RONDO_LINE_EMPTY,    /* blanks only: the sequence ends */
    RONDO_LINE_DOCUMENT, /* -DOCSTART-: passed over */
    RONDO_LINE_COMMENT,  /* passed over */
    RONDO_LINE_STEP,
    RONDO_LINE_NODE /* a range or an empty node of CoNLL-U: no step */
} rondo_column_line;

/* What a config says of lines and fields. */
typedef struct rondo_columns_rules {
    const char *delimiter; /* NULL: tabs, or blanks where a line has none */
    size_t delimiter_length;
    bool is_blank;       /* runs of blanks are one delimiter */
    bool has_quotes;     /* around fields */
    const char *comment; /* NULL: there are none */
    int form;            /* rondo_columns_form; plain where the first field is read */
    int64_t fields;      /* of the first step; 0: not yet known; -1: it has tabs */
    int64_t unfit;       /* sequences with such ids that are not CoNLL-U */
    int64_t doubtful;    /* comments that have as many */
} rondo_columns_rules;

/* Where a line ends that begins there: at its newline, or at the text's end. [any] */
const char *rondo_line_end(const char *line, const char *end);

/* Whether a line without its end is empty: blanks or, of quoted forms, delimiters alone. [any] */
bool rondo_columns_is_empty(const rondo_columns_rules *rules, const char *line, const char *end);

/* What each line of a sequence is, a byte (rondo_column_line) each behind what `kinds` has: the
 * lines up to `end`, none of them empty. Notes how many fields steps have. RONDO_FAILED: the config
 * says conllu, and a first field numbers nothing; path and number are of the first line. [any] */
rondo_status rondo_columns_classify(rondo_columns_rules *rules, const char *lines, const char *end,
                                    const char *path, int64_t number, rondo_text *kinds,
                                    rondo_error *error);

/* What stands between the fields of a line, to put one more behind it. [any] */
const char *rondo_columns_between(const rondo_columns_rules *rules, const char *line,
                                  const char *end);

typedef struct rondo_column_field {
    const char *text;
    int64_t length;
} rondo_column_field;

/* The field of that number, from 1; returns how many fields there are up to it. [any] */
int64_t rondo_columns_field(const rondo_columns_rules *rules, const char *line, const char *end,
                            int64_t number, rondo_column_field *found);

/* The same of a field that must be there and not be empty; path and line number are for the
 * message. [any] */
rondo_status rondo_columns_get(const rondo_columns_rules *rules, const char *path,
                               int64_t line_number, const char *line, const char *end,
                               int64_t number, rondo_column_field *found, rondo_error *error);

#endif
