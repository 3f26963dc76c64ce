/* A text as the readers want it: valid UTF-8, no byte order mark, lines ended by LF. */
#ifndef RONDO_DATA_TEXT_TEXT_SOURCE_H
#define RONDO_DATA_TEXT_TEXT_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "config/experiment.h"
#include "data/text/letters.h"

typedef struct rondo_source {
    char *data; /* owned */
    char *text; /* within data, followed by NUL; readers may change letters in place */
    size_t size;
} rondo_source;

/* From now on every file of data, whatever reads it, has at most so many bytes, and so has what it
 * unpacks to (data.max_bytes; 0: the limits of base/gzip.h). Said once for a program's config, so
 * that no reader can forget it. [main] */
void rondo_source_limit(int64_t max_bytes);
/* What was said. */
int64_t rondo_source_max_bytes(void);

/* A whole file, plain or gzipped; "-" is standard input. Refused in one line:
 * missing, a folder, empty, binary (a NUL byte or many control characters), a byte that is not
 * UTF-8. Call source_finish in any case. */
rondo_status rondo_source_read(const char *path, rondo_source *source, rondo_error *error);

/* The same of standard input, to its end. */
rondo_status rondo_source_read_input(rondo_source *source, rondo_error *error);

/* What a path is called in messages: "standard input" for "-". */
const char *rondo_source_name(const char *path);

/* The same as rondo_source_read of a text in memory, which may be empty; `name` stands in messages.
 */
rondo_status rondo_source_copy(const char *name, const char *text, rondo_source *source,
                               rondo_error *error);

void rondo_source_finish(rondo_source *source);

/* The symbol in lower case where the config says so (data/text/letters.h), but not one that is
 * spelled as the unknown or the end symbol. The result stands in its place or in `room`; *length
 * becomes its length. */
const char *rondo_source_lowercase(const rondo_vocabulary_config *config, char *symbol,
                                   int64_t *length, char room[RONDO_LETTERS_ROOM]);

#endif
