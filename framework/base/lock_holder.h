/* Who holds a lock file: what it says, and whether that process still lives. Private to
 * base/lock.c. */
#ifndef RONDO_BASE_LOCK_HOLDER_H
#define RONDO_BASE_LOCK_HOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/lock.h"

enum { RONDO_LOCK_TEXT_SIZE = 512 };

/* This process. */
void rondo_lock_holder_self(rondo_lock_holder *self);

/* What a lock file says: lines "key: value". Returns the length. */
size_t rondo_lock_holder_print(const rondo_lock_holder *holder, char text[RONDO_LOCK_TEXT_SIZE]);
/* False when the text is not one of ours. */
bool rondo_lock_holder_parse(const char *text, rondo_lock_holder *holder);

/* Whether a process of that number and start is on this machine, under this name of it. */
bool rondo_lock_holder_lives(const rondo_lock_holder *holder);

/* Whether the file system of an open file belongs to this machine alone. */
bool rondo_lock_is_local(int descriptor);

#endif
