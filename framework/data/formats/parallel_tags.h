/* Parallel tags, the form of SlotGated-SLU and its successors: a folder with two files, words and
 * tags; line n of one belongs to line n of the other, and so do their tokens, which are apart by
 * blanks. A line that is empty in both is no sequence. */
#ifndef RONDO_DATA_FORMATS_PARALLEL_TAGS_H
#define RONDO_DATA_FORMATS_PARALLEL_TAGS_H

#include "config/experiment.h"
#include "data/corpus.h"
#include "data/text/symbols.h"

/* Options of data.format parallel_tags. */
typedef struct rondo_parallel_tags_config {
    const char *input_file, *target_file; /* names in the folder */
} rondo_parallel_tags_config;

#endif
