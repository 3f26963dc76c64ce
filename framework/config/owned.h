/* Blocks that are freed together: nodes of a tree, strings and option structs of an experiment. */
#ifndef RONDO_CONFIG_OWNED_H
#define RONDO_CONFIG_OWNED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

/* Start with {0}; free with rondo_owned_finish. When memory runs out, `failed` is set and every
 * later take gives NULL: check once, at the end. */
typedef struct rondo_owned {
    struct rondo_owned_block *first;
    bool failed;
} rondo_owned;

/* A zeroed block for any type, or NULL. */
void *rondo_owned_take(rondo_owned *owned, size_t bytes);
/* A copy of length bytes with a NUL behind them, or NULL. */
char *rondo_owned_copy(rondo_owned *owned, const char *text, size_t length);
/* Room for one more behind `count` items of `size` bytes: `items`, or where *capacity is reached a
 * copy with twice the room (the old block stays until the end); NULL without memory, and then
 * nothing has changed. Start with NULL, 0 and 0. */
void *rondo_owned_grow(rondo_owned *owned, void *items, int64_t count, int64_t *capacity,
                       size_t size);
/* Frees a text made on the way; had memory run out for it, that counts as a failed take. */
void rondo_owned_release(rondo_owned *owned, rondo_text *text);
void rondo_owned_finish(rondo_owned *owned);

/* RONDO_FAILED when a take has failed. */
rondo_status rondo_owned_check(const rondo_owned *owned, const char *what, rondo_error *error);

#endif
