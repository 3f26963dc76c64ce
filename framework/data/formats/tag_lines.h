/* Words in, tags out: what is common to the formats of taggers when a file is answered. */
#ifndef RONDO_DATA_FORMATS_TAG_LINES_H
#define RONDO_DATA_FORMATS_TAG_LINES_H

#include "base/text.h"
#include "data/answering.h"
#include "data/features.h"

/* Lines that no sequence follows are let go, too, when there are many. */
enum { RONDO_MOST_KEPT_BYTES = 4 * 1024 * 1024 };

/* The next word at or after *at, which becomes the place behind it; NULL where there is none. [any]
 */
char *rondo_next_word(char **at, const char *end, int64_t *length);

/* A step more of the sequence at hand; its word, which may be changed, and its features. `scratch`
 * is for symbols of features. [main] */
rondo_status rondo_answering_add_word(rondo_answering *answering, char *word,
                                      const rondo_token *token, rondo_text *scratch,
                                      rondo_error *error);

/* The tag that was predicted for a step of the corpus. [any] */
const char *rondo_answering_tag(const rondo_answering *answering, int64_t step);

/* A file of lines of words, apart by blanks: each becomes a line of tags, apart by blanks
 * (tag/probability). A line without words stays empty. [main] */
rondo_status rondo_answer_lines_of_words(rondo_answering *answering, const char *path,
                                         rondo_error *error);

#endif
