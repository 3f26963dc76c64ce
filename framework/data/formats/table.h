/* A table of texts with labels: a record a sequence, one column the text, another its class. */
#ifndef RONDO_DATA_FORMATS_TABLE_H
#define RONDO_DATA_FORMATS_TABLE_H

#include "config/experiment.h"
#include "data/corpus.h"
#include "data/formats/plain_text.h"
#include "data/text/delimited.h"
#include "data/text/symbols.h"

/* Reads the config's columns of a file in CSV or TSV (data/text/delimited.h). A text is cut into
 * words or characters; a line end within it (in quotes) is a blank. Refused: a text without a
 * symbol, an empty label. */
rondo_status rondo_table_read(const char *path, const rondo_data_config *config,
                              rondo_symbols *inputs, rondo_symbols *labels, rondo_corpus *corpus,
                              rondo_error *error);

/* What data.table.delimiter stands for; NUL: the first line tells. [any] */
char rondo_table_delimiter(const rondo_table_config *config);

/* A walk through the symbols of a text field, in which line ends become blanks. [any] */
rondo_plain_cursor rondo_table_text(const rondo_data_config *config, const rondo_field *field);

#endif
