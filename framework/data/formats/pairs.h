/* Parallel text: pairs of a source and a target, from one file or two.
 *
 * One file: a pair a line, source SEPARATOR target (data.options.separator), the separator exactly once.
 * Two files (data.options.source_suffix and target_suffix behind the path): line n of one belongs to line n
 * of the other. Blanks at both ends of a side are left out, so sides may be padded to a width.
 */
#ifndef RONDO_DATA_FORMATS_PAIRS_H
#define RONDO_DATA_FORMATS_PAIRS_H

#include "config/experiment.h"
#include "data/corpus.h"
#include "data/text/symbols.h"

/* An empty side, a line without its separator or with two, and files of different lengths are refused
 * in one line. */
typedef struct rondo_pairs_config {
    const char *separator; /* what stands between source and target; "tab" is a tabulator */
    const char *source_suffix, *target_suffix; /* not NULL: two files, line by line, whose names are
                                                  a path and these */
} rondo_pairs_config;

extern const rondo_format rondo_format_pairs;

#endif
