/* Columns, CoNLL style: one step a line, an empty line between sequences. Fields stand apart by
 * tabs (by runs of blanks in a line without a tab), or by what data.options.delimiter says.
 *
 * Passed over: lines that start with -DOCSTART-, and, before the first step of a sequence,
 * comments: lines that start with # and have no tab (CoNLL-U). Where fields stand apart by blanks,
 * a line with a # is a comment only if it has another number of fields than steps: #word TAG is a
 * step. A # within a sequence is a step like others.
 *
 * A sequence is CoNLL-U where its first fields number its words 1, 2, 3 .. and there are ranges
 * (2-3 before 2) or empty nodes (5.1 behind 5): their lines are no steps. With data.options.form
 * auto that is looked for where nothing else reads the first field.
 */
#ifndef RONDO_DATA_FORMATS_COLUMNS_H
#define RONDO_DATA_FORMATS_COLUMNS_H

#include <stdbool.h>

#include "base/text.h"
#include "config/experiment.h"

struct rondo_answering;

/* Whether a file of columns is CoNLL-U, whose first field numbers words. */
typedef enum rondo_columns_form {
    RONDO_COLUMNS_AUTO = 0, /* each sequence as its first fields look, unless that field is read */
    RONDO_COLUMNS_CONLLU = 1,
    RONDO_COLUMNS_PLAIN = 2
} rondo_columns_form;

/* Options of data.format columns. */
typedef struct rondo_columns_config {
    int64_t input_column, target_column; /* 1-based fields */
    int form;                            /* rondo_columns_form */
    const char *delimiter; /* "auto", "tab", "blank", "comma", "semicolon", or what stands between
                              fields itself */
    const char *comment;   /* what comments before a sequence begin with; "none": there are none */
} rondo_columns_config;

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

/* Of a config with data.format columns. [any] */
rondo_columns_rules rondo_columns_rules_of(const rondo_data_config *config);

/* rondo_format.answer (columns_answer.c). [main] */
rondo_status rondo_columns_answer(struct rondo_answering *answering, rondo_error *error);

/* Whether a line without its end is empty: blanks or, of quoted forms, delimiters alone. [any] */
bool rondo_columns_is_empty(const rondo_columns_rules *rules, const char *line, const char *end);

/* What each line of a sequence is, a byte (rondo_column_line) each behind what `kinds` has: the
 * lines up to `end`, none of them empty. Notes how many fields steps have. RONDO_FAILED: the config
 * says conllu, and a first field numbers nothing; path and number are of the first line. [any] */
rondo_status rondo_columns_judge(rondo_columns_rules *rules, const char *lines, const char *end,
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
