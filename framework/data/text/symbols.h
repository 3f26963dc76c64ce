/* Distinct byte strings, numbered from 0 in the order they came: what readers turn a text into
 * before anyone knows which split a symbol belongs to. Open addressing; a table is at most half
 * full. */
#ifndef RONDO_DATA_TEXT_SYMBOLS_H
#define RONDO_DATA_TEXT_SYMBOLS_H

#include <stdint.h>

#include "base/error.h"

typedef struct rondo_symbols rondo_symbols;

rondo_status rondo_symbols_create(rondo_symbols **out, rondo_error *error);
void rondo_symbols_destroy(rondo_symbols *symbols);

/* The number of a symbol, which is new if it was not there. */
rondo_status rondo_symbols_add(rondo_symbols *symbols, const char *bytes, int64_t length,
                               int32_t *index, rondo_error *error);

/* -1 when it is not there. [any] */
int32_t rondo_symbols_find(const rondo_symbols *symbols, const char *bytes, int64_t length);

int32_t rondo_symbols_count(const rondo_symbols *symbols);

/* Borrowed until the next add, followed by NUL; `length` may be NULL. */
const char *rondo_symbols_get(const rondo_symbols *symbols, int32_t index, int64_t *length);

#endif
