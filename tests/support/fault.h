/* Faults on purpose: the n-th call that can fail fails, in rondo's code and inside libraries. And
 * what was asked of the file system, in its order.
 *
 * fault.c takes the place of the C library's file functions for the whole process (also for HDF5),
 * and, by the linker's --wrap, of its memory functions for rondo's own code. A test repeats an
 * action with n = 1, 2, 3 ... until it succeeds without a fault. */
#ifndef RONDO_TESTS_FAULT_H
#define RONDO_TESTS_FAULT_H

#include <limits.h>
#include <stdbool.h>

typedef enum fault_kind {
    FAULT_FILES = 1,  /* open, write, fsync, rename, link, mkdir, truncate ... */
    FAULT_MEMORY = 2, /* malloc, calloc, realloc, aligned_alloc */
    FAULT_LINKS = 3,  /* linkat alone: a file system without hard links */
} fault_kind;

/* From now on the n-th call (1 is the next) of that kind fails; with `forever`, all after it too.
 */
void fault_arm(fault_kind kind, int n, bool forever);

/* No more faults. Returns whether one was given since fault_arm. */
bool fault_disarm(void);

/* Between the two, nothing fails and nothing is counted. */
void fault_pause(void);
void fault_resume(void);

/* What this process asked of the file system, where it was done. */
typedef enum file_call {
    FILE_WRITE, /* or cut: `path` has other contents */
    FILE_SYNC,
    FILE_RENAME, /* `path` to `to` */
    FILE_LINK,   /* likewise */
    FILE_MAKE_FOLDER
} file_call;

typedef struct file_event {
    file_call call;
    char path[PATH_MAX], to[PATH_MAX]; /* absolute */
} file_event;

/* From now on events are kept, the first FAULT_EVENTS of them; writes of one file in a row are one.
 * stdio's own calls are not seen. */
enum { FAULT_EVENTS = 1000 };
void fault_record(void);

/* No more. Returns how many there were, and where they are until the next recording. */
int fault_recorded(const file_event **events);

#endif
