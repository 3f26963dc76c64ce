/* The dictionary: symbol <-> id, built from the training split only.
 *
 * Ids: 0 is the unknown symbol, 1 the end symbol, then by falling count, ties in byte order. Both
 * exist in every vocabulary, also when the text never needs them. */
#ifndef RONDO_DATA_TEXT_VOCABULARY_H
#define RONDO_DATA_TEXT_VOCABULARY_H

#include <stdint.h>

#include "base/error.h"

enum { RONDO_UNKNOWN_ID = 0, RONDO_END_ID = 1 };

typedef struct rondo_vocabulary rondo_vocabulary;

/* A growing count of symbols; add (any bytes, a length), then build. `unknown` and `end` are their
 * spellings; a symbol spelled so in the text is that symbol. */
rondo_status rondo_vocabulary_create(const char *unknown, const char *end, rondo_vocabulary **out,
                                     rondo_error *error);
rondo_status rondo_vocabulary_count(rondo_vocabulary *vocabulary, const char *symbol,
                                    int64_t length, rondo_error *error);
/* The same symbol so many times; 0 makes it known without counting it. */
rondo_status rondo_vocabulary_count_many(rondo_vocabulary *vocabulary, const char *symbol,
                                         int64_t length, int64_t times, rondo_error *error);
/* Keeps symbols with at least min_count, at most max_size in all (0: no limit; unknown and end are
 * always kept); fixes ids. After that nothing more can be counted. */
rondo_status rondo_vocabulary_build(rondo_vocabulary *vocabulary, int64_t min_count,
                                    int64_t max_size, rondo_error *error);
/* From a saved list of names in id order (a checkpoint, a ragged file). Refuses fewer than two,
 * empty names, a name that is there twice, and bytes that are not UTF-8. */
rondo_status rondo_vocabulary_restore(const char *const *names, int64_t count,
                                      rondo_vocabulary **out, rondo_error *error);
/* The same of classes of a ragged file, which may begin with id 0 (data/classes.h): one name is
 * enough. */
rondo_status rondo_vocabulary_restore_classes(const char *const *names, int64_t count,
                                              rondo_vocabulary **out, rondo_error *error);
void rondo_vocabulary_destroy(rondo_vocabulary *vocabulary);

int64_t rondo_vocabulary_size(const rondo_vocabulary *vocabulary);
/* RONDO_UNKNOWN_ID when there is no such symbol. [any] */
int32_t rondo_vocabulary_find(const rondo_vocabulary *vocabulary, const char *symbol,
                              int64_t length);
/* The same, but -1 when there is no such symbol. [any] */
int32_t rondo_vocabulary_search(const rondo_vocabulary *vocabulary, const char *symbol,
                                int64_t length);
/* Borrowed, NUL-terminated UTF-8. */
const char *rondo_vocabulary_name(const rondo_vocabulary *vocabulary, int32_t id);
const char *const *rondo_vocabulary_names(const rondo_vocabulary *vocabulary);

#endif
