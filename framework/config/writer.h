/* Lines of a YAML text: indentation, list dashes, wrapped comments. */
#ifndef RONDO_CONFIG_WRITER_H
#define RONDO_CONFIG_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum { RONDO_INDENT = 2, RONDO_LINE_WIDTH = 100 };

typedef struct rondo_writer {
    rondo_text *text;
    int64_t indent; /* columns */
    bool is_item;   /* the next key is the first of a list's entry: it gets the dash */
} rondo_writer;

/* "key:" with no line end: a value or a line end follows. */
void rondo_writer_key(rondo_writer *writer, const char *key);

/* "# ..." wrapped; later lines are `hang` columns further in. */
void rondo_writer_comment(const rondo_writer *writer, int64_t hang, const char *comment);

#endif
