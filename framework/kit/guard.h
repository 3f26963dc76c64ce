/* Memory that ends where a page ends, with a page behind it that may not be touched: a plugin that goes one
 * number too far is stopped there, and the page says whose it is. Blocks that were given back are used
 * again. For the main thread, but for kit_guard_find. */
#ifndef RONDO_KIT_GUARD_H
#define RONDO_KIT_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At least `bytes` bytes, the last of which is the last of its page; a page that may not be touched lies
 * before and behind it. *room is how many there are, whole pages. The program ends when there is no
 * memory. */
void *kit_guard_take(size_t bytes, size_t *room);
void kit_guard_give(void *block);

/* What the block holds, for reports; `what` is kept. Number -1: there is one only. */
void kit_guard_name(void *block, const char *what, int32_t number);

/* A place that may not be touched at all, in the middle of such pages: "state 2, which the cell does not
 * declare" is what is touched there. The same place for the same words. */
void *kit_guard_forbidden(const char *what, int32_t number, const char *why);

/* What lies at an address: writes a sentence's object ("tape, 1 number past its end"), and says whether
 * there is one. [a signal handler may] */
bool kit_guard_find(uintptr_t address, char *text, size_t size);

#endif
