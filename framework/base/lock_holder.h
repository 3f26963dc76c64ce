/* Who holds a lock file: what it says, and whether that process still lives. The rest of the
 * program includes base/lock.h. */
#ifndef RONDO_BASE_LOCK_HOLDER_H
#define RONDO_BASE_LOCK_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who holds a lock, as the file says. */
typedef struct rondo_lock_holder {
    char host[128];
    char boot[64]; /* of the machine since it was last started; "" where unknown */
    char since[32];
    int64_t process;
    int64_t start;      /* of the process, in the kernel's ticks since the boot; 0: unknown */
    int64_t silent_for; /* seconds since the last renewal; -1: the kernel knows that it lives */
} rondo_lock_holder;

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
