/* Which part of which file is which split. */
#ifndef RONDO_DATA_SPLIT_RANGES_H
#define RONDO_DATA_SPLIT_RANGES_H

#include "data/corpus.h"
#include "data/dataset.h"

/* Sequences (of a stream: symbols) first .. first+count-1 of a corpus, or, with an order, the
 * sequences that stand at those places in it. */
typedef struct rondo_corpus_range {
    const rondo_corpus *corpus; /* NULL: no such split */
    int64_t first, count;
    const int64_t *order;
} rondo_corpus_range;

typedef struct rondo_split_ranges {
    rondo_corpus_range splits[RONDO_SPLITS];
    int64_t *order; /* owned; NULL for file order */
} rondo_split_ranges;

/* The file of each split; paths[RONDO_TRAIN] is also the one that parts are cut from; NULL where a
 * split has no file of its own. One at least must be there. */
rondo_status rondo_split_paths(const rondo_data_config *config, const char *paths[RONDO_SPLITS],
                               rondo_error *error);

/* How much of `count` units ("sequences") each split gets from the common file; a split with a file
 * of its own gets none. A fraction is rounded up. Without a size of its own train gets what the
 * others leave; with a fraction it gives way where rounding asks for too much. More than there is
 * is an error. */
rondo_status rondo_split_sizes(const rondo_split_config *config, bool valid_has_file,
                               bool test_has_file, int64_t count, const char *unit,
                               int64_t sizes[RONDO_SPLITS], rondo_error *error);

/* files[split] is the corpus of the split's own file, or NULL; files[RONDO_TRAIN] is also what
 * fractions and counts are cut from, NULL where only another split is read: first train, then
 * valid, then test, in file order or in an order drawn with the seed. Every split asked for gets at
 * least one sequence, or it is an error. Call split_ranges_finish in any case. */
rondo_status rondo_split_ranges_make(const rondo_split_config *config, bool stream, uint64_t seed,
                                     const rondo_corpus *const files[RONDO_SPLITS],
                                     rondo_split_ranges *ranges, rondo_error *error);
void rondo_split_ranges_finish(rondo_split_ranges *ranges);

/* The same sequences of another list of corpora: of to[k] where the part is of from[k]. */
rondo_corpus_range rondo_corpus_range_beside(const rondo_corpus_range *part,
                                             const rondo_corpus *from, const rondo_corpus *to);

/* Sequence i of a part: its number in the corpus. */
int64_t rondo_corpus_range_number(const rondo_corpus_range *part, int64_t i);

/* Its first step in the corpus, and its steps. */
int64_t rondo_corpus_range_sequence(const rondo_corpus_range *part, int64_t i, int64_t *steps);

#endif
