/* A lock file: one process at a time works in a folder, or on a piece of work.
 *
 * The file is there while the lock is held, and says by whom: host, process, boot, start. It comes
 * into being whole, by a hard link, so that one of several processes gets it on any file system.
 * While the holder lives it also has the kernel's lock of that file (flock), which a kill takes
 * away: what a killed process left is taken over at once. Where that says nothing, because the
 * file system has no such locks or the holder was on another machine of a shared one, the file's
 * time counts: the holder renews it every RONDO_LOCK_RENEWAL seconds, and a file that is
 * RONDO_LOCK_PATIENCE seconds old is taken over, by a rename, so that one of several takes it. */
#ifndef RONDO_BASE_LOCK_H
#define RONDO_BASE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/lock_holder.h"

enum { RONDO_LOCK_RENEWAL = 30, RONDO_LOCK_PATIENCE = 300 };

typedef struct rondo_lock rondo_lock;

/* Takes the lock, or leaves *out NULL and fills *holder where somebody has it; RONDO_OK either way.
 * RONDO_USAGE: what stands at `path` is no lock (a symbolic link, another program's file).
 * RONDO_FAILED: the file cannot be written. [main] */
rondo_status rondo_lock_try(const char *path, rondo_lock **out, rondo_lock_holder *holder,
                            rondo_error *error);

/* Whether the file still is this holder's: not where the process slept for so long (a suspended
 * machine) that another one took over. Looks at the file. [main] */
bool rondo_lock_is_held(const rondo_lock *lock);

/* Removes the file. NULL is fine. [main] */
void rondo_lock_release(rondo_lock *lock);

/* Whether the file at `path` is a lock of rondo, held or left behind. Follows no link. [main] */
bool rondo_lock_is_one(const char *path);

/* Whether the file at `path` seems to be a lock that somebody holds, and who; only looks: the
 * kernel's lock is not tried, since that would be in the way of who takes it at this moment. Where
 * the holder was on another machine, the file's time alone tells. Follows no link. [any] */
bool rondo_lock_peek(const char *path, rondo_lock_holder *holder);

/* What is known of a lock file that somebody left, or holds. */
typedef struct rondo_lock_signs {
    bool unlocked;  /* the kernel's lock was free: false where there are no such locks */
    bool local;     /* the file system belongs to this machine alone */
    bool same_boot; /* written on this machine since it was started */
    bool same_host; /* under this name of it (containers have names of their own) */
    bool alive;     /* a process of that number and start is there */
    int64_t age;    /* seconds since the last renewal */
} rondo_lock_signs;

/* Whether such a lock counts as held. [any] */
bool rondo_lock_counts(const rondo_lock_signs *signs);

#endif
