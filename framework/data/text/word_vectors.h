/* Vectors for words from a text file, as GloVe and word2vec write them: a line a word, the word and
 * its numbers apart by blanks or tabs, optionally after a line with the number of words and of
 * numbers a word.
 *
 * A symbol gets the vector of the word that is spelled like it, otherwise of the word that is its
 * lowercase form (data/text/letters.h); of equal words the first counts. A word may hold blanks if
 * what follows the first of them is not a number. Numbers of words that no symbol needs are counted
 * but not read.
 */
#ifndef RONDO_DATA_TEXT_WORD_VECTORS_H
#define RONDO_DATA_TEXT_WORD_VECTORS_H

#include "base/error.h"
#include "data/text/vocabulary.h"
#include "rondo/real.h"

typedef struct rondo_coverage {
    int64_t symbols, found;
    int64_t lowered; /* of those found: by their lowercase form */
} rondo_coverage;

/* Overwrites row id of rows[symbols, width] for each symbol found; rows NULL: only counts. A line
 * that does not have `width` numbers, a number that is none or is not finite, or another count of
 * words than the first line says: RONDO_FAILED, with file, line and column. [main] */
rondo_status rondo_word_vectors_read(const char *path, const rondo_vocabulary *vocabulary,
                                     int64_t width, rondo_real *rows, rondo_coverage *coverage,
                                     rondo_error *error);

#endif
