/* A text line by line, as it comes: a file of any size, standard input, or a pipe that waits for
 * answers. Lines are what data/text/text_source.h makes of a whole file: valid UTF-8, no byte order
 * mark, no CR before the LF. A gzipped file is expanded first. */
#ifndef RONDO_DATA_TEXT_LINES_H
#define RONDO_DATA_TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct rondo_lines {
    const char *path; /* stands in messages */
    int64_t number;   /* of the line read last, from 1 */
    char *line;       /* NUL-terminated, without its end; its letters may be changed */
    size_t length;
    int file; /* descriptor */
    bool is_open, ended;
    char *buffer; /* what was read; lines not yet given are start .. end */
    size_t start, end, capacity;
} rondo_lines;

/* "-" is standard input. RONDO_USAGE where it cannot be opened or is a folder. Close in any case.
 * [main] */
rondo_status rondo_lines_open(const char *path, rondo_lines *lines, rondo_error *error);

/* The next line; *there is false at the end. Refuses NUL bytes and what is not UTF-8. [main] */
rondo_status rondo_lines_next(rondo_lines *lines, bool *there, rondo_error *error);

/* Whether the next line has not come yet: whoever writes it may be waiting for an answer. [main] */
bool rondo_lines_wait(const rondo_lines *lines);

void rondo_lines_close(rondo_lines *lines);

#endif
