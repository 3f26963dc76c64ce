/* Parallel tags, the form of SlotGated-SLU and its successors: a folder with two files, words and
 * tags; line n of one belongs to line n of the other, and so do their tokens, which are apart by
 * blanks. A line that is empty in both is no sequence. */
#ifndef RONDO_DATA_FORMATS_PARALLEL_TAGS_H
#define RONDO_DATA_FORMATS_PARALLEL_TAGS_H

#include "config/experiment.h"
#include "data/corpus.h"
#include "data/text/symbols.h"

/* Reads the config's input_file and target_file of a folder, and features as columns do. Lines or
 * tokens that do not pair up: RONDO_FAILED with file and line. [main] */
rondo_status rondo_parallel_tags_read(const char *folder, const rondo_data_config *config,
                                      rondo_symbols *inputs, rondo_symbols *targets,
                                      rondo_symbols *const *features, rondo_corpus *corpus,
                                      rondo_error *error);

/* The next token at or after *at, which becomes the place behind it; NULL where there is none.
 * [any] */
char *rondo_parallel_token(char **at, const char *end, int64_t *length);

#endif
