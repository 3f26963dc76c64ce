/* Columns, CoNLL style: one step a line, fields apart by tabs (by runs of blanks in a line without
 * a tab), an empty line between sequences. Passed over: lines that start with -DOCSTART-, and,
 * before the first step of a sequence, comments: lines that start with # and have no tab (CoNLL-U).
 * A # within a sequence is a step like others. */
#ifndef RONDO_DATA_COLUMNS_H
#define RONDO_DATA_COLUMNS_H

#include <stdbool.h>

#include "config/experiment.h"
#include "data/corpus.h"
#include "data/symbols.h"

typedef enum rondo_column_line {
    RONDO_LINE_EMPTY,    /* blanks only: the sequence ends */
    RONDO_LINE_DOCUMENT, /* -DOCSTART-: passed over */
    RONDO_LINE_COMMENT,  /* passed over */
    RONDO_LINE_STEP
} rondo_column_line;

/* What a line without its end is; `within`: a step of its sequence came before it. [any] */
rondo_column_line rondo_columns_line(const char *line, const char *end, bool within);

typedef struct rondo_column_field {
    const char *text;
    int64_t length;
} rondo_column_field;

/* The field of that number, from 1; returns how many fields there are up to it. [any] */
int64_t rondo_columns_field(const char *line, const char *end, int64_t number,
                            rondo_column_field *found);

/* The same of a field that must be there and not be empty; path and line number are for the
 * message. [any] */
rondo_status rondo_columns_get(const char *path, int64_t line_number, const char *line,
                               const char *end, int64_t number, rondo_column_field *found,
                               rondo_error *error);

/* Reads the config's input_column and target_column of a file, and its features: symbols[f] of
 * `features` are those of feature f. */
rondo_status rondo_columns_read(const char *path, const rondo_data_config *config,
                                rondo_symbols *inputs, rondo_symbols *targets,
                                rondo_symbols *const *features, rondo_corpus *corpus,
                                rondo_error *error);

#endif
