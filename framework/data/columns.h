/* Columns, CoNLL style: one step a line, fields apart by tabs (by runs of blanks in a line without
 * a tab), an empty line between sequences. Passed over: lines that start with -DOCSTART-, and,
 * before the first step of a sequence, comments: lines that start with # and have no tab (CoNLL-U).
 * A # within a sequence is a step like others. */
#ifndef RONDO_DATA_COLUMNS_H
#define RONDO_DATA_COLUMNS_H

#include "config/experiment.h"
#include "data/corpus.h"
#include "data/symbols.h"

/* Reads the config's input_column and target_column of a file. */
rondo_status rondo_columns_read(const char *path, const rondo_data_config *config,
                                rondo_symbols *inputs, rondo_symbols *targets, rondo_corpus *corpus,
                                rondo_error *error);

#endif
