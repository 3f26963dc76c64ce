/* Plain text: characters or words, and line ends. Words are apart by spaces and tabs. A stream is one
 * sequence in which each line end is the end symbol; otherwise each line that is not empty is a
 * sequence, without end symbols. */
#ifndef RONDO_DATA_FORMATS_TEXT_H
#define RONDO_DATA_FORMATS_TEXT_H

#include <stdbool.h>

#include "config/experiment.h"
#include "data/text/text_source.h"

typedef enum rondo_mark { RONDO_MARK_SYMBOL, RONDO_MARK_LINE_END, RONDO_MARK_DONE } rondo_mark;

/* A walk through a text. */
typedef struct rondo_plain_cursor {
    const rondo_vocabulary_config *vocabulary;
    bool words; /* else characters */
    char *at;
    const char *end;
    bool unfinished;               /* the last line has no line end: one is made up */
    char room[RONDO_LETTERS_ROOM]; /* for a lowered symbol */
} rondo_plain_cursor;

/* By the config's unit. */
rondo_plain_cursor rondo_plain_cursor_of(const rondo_data_config *config,
                                         const rondo_source *source);

/* The next symbol, lowered where the config says so, or line end. A symbol is valid until the next
 * one is asked for. */
rondo_mark rondo_plain_cursor_next(rondo_plain_cursor *cursor, const char **symbol,
                                   int64_t *length);

#endif
