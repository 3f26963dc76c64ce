/* A text line by line, as it comes: a file of any size, or standard input. Lines are what
 * data/source.h makes of a whole file: valid UTF-8, no byte order mark, no CR before the LF. */
#ifndef RONDO_DATA_LINES_H
#define RONDO_DATA_LINES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

typedef struct rondo_lines {
    const char *path; /* stands in messages */
    FILE *file;
    int64_t number; /* of the line read last, from 1 */
    char *line;     /* NUL-terminated, without its end; its letters may be changed */
    size_t length;
    size_t capacity;
} rondo_lines;

/* "-" is standard input. RONDO_USAGE where it cannot be opened or is a folder. Close in any case.
 * [main] */
rondo_status rondo_lines_open(const char *path, rondo_lines *lines, rondo_error *error);

/* The next line; *there is false at the end. Refuses NUL bytes and what is not UTF-8. [main] */
rondo_status rondo_lines_next(rondo_lines *lines, bool *there, rondo_error *error);

void rondo_lines_close(rondo_lines *lines);

#endif
