/* A table of texts with labels, in CSV or TSV (data/text/delimited.h): a record is a sequence, one
 * column its text, another its class. A text is cut into words or characters; a line end within it
 * (in quotes) is a blank. Refused: a text without a symbol, an empty label. */
#ifndef RONDO_DATA_FORMATS_TABLE_H
#define RONDO_DATA_FORMATS_TABLE_H

#include "base/text.h"
#include "config/experiment.h"
#include "data/answering.h"
#include "data/formats/text.h"
#include "data/text/cells.h"

/* Options of data.format table. */
typedef struct rondo_table_config {
    bool header;       /* the first line names the columns */
    int delimiter;     /* rondo_delimiter */
    const char *text;  /* column of the text: its name, or its number from 1 */
    const char *label; /* column of the class */
} rondo_table_config;

/* rondo_format.answer (table_answer.c). [main] */
rondo_status rondo_table_answer(rondo_answering *answering, rondo_error *error);

/* What data.options.delimiter stands for; NUL: the first line tells. [any] */
char rondo_table_delimiter(const rondo_table_config *config);

/* A walk through the symbols of a text field, in which line ends become blanks. [any] */
rondo_plain_cursor rondo_table_text(const rondo_data_config *config, const rondo_field *field);

#endif
