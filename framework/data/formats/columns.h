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

#include "config/experiment.h"
#include "data/formats/column_lines.h"

struct rondo_answering;

/* Options of data.format columns. */
typedef struct rondo_columns_config {
    int64_t input_column, target_column; /* 1-based fields */
    int form;                            /* rondo_columns_form */
    const char *delimiter; /* "auto", "tab", "blank", "comma", "semicolon", or what stands between
                              fields itself */
    const char *comment;   /* what comments before a sequence begin with; "none": there are none */
} rondo_columns_config;

/* Of a config with data.format columns. [any] */
rondo_columns_rules rondo_columns_rules_of(const rondo_data_config *config);

/* rondo_format.answer (columns_answer.c). [main] */
rondo_status rondo_columns_answer(struct rondo_answering *answering, rondo_error *error);

#endif
