/* Parallel text: pairs of a source and a target, from one file or two.
 *
 * One file: a pair a line, source SEPARATOR target (data.separator), the separator exactly once.
 * Two files (data.source_suffix and target_suffix behind the path): line n of one belongs to line n
 * of the other. Blanks at both ends of a side are left out, so sides may be padded to a width.
 */
#ifndef RONDO_DATA_FORMATS_PAIRS_H
#define RONDO_DATA_FORMATS_PAIRS_H

#include "config/experiment.h"
#include "data/corpus.h"
#include "data/text/symbols.h"

/* Reads the pairs at `path` into empty corpora: sequence s of `sources` and sequence s of `targets`
 * are one pair (both in the corpus's inputs). Sources are turned around where the config says so.
 * An empty side, a line without its separator or with two, and files of different lengths are
 * refused in one line. `source_symbols` and `target_symbols` may be the same. [main] */
rondo_status rondo_pairs_read(const char *path, const rondo_data_config *config,
                              rondo_symbols *source_symbols, rondo_symbols *target_symbols,
                              rondo_corpus *sources, rondo_corpus *targets, rondo_error *error);

/* A file that reading `path` will open first: the path itself, or with a suffix the source's file.
 * malloc'd; NULL: no memory. */
char *rondo_pairs_file(const rondo_data_config *config, const char *path);

#endif
