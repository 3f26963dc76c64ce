/* Faults on purpose: the n-th call that can fail fails, in rondo's code and inside libraries.
 *
 * fault.c takes the place of the C library's file functions for the whole process (also for HDF5),
 * and, by the linker's --wrap, of its memory functions for rondo's own code. A test repeats an
 * action with n = 1, 2, 3 ... until it succeeds without a fault. */
#ifndef RONDO_TESTS_FAULT_H
#define RONDO_TESTS_FAULT_H

#include <stdbool.h>

typedef enum fault_kind {
    FAULT_FILES = 1,  /* open, write, fsync, rename, link, mkdir, truncate ... */
    FAULT_MEMORY = 2, /* malloc, calloc, realloc, aligned_alloc */
} fault_kind;

/* From now on the n-th call (1 is the next) of that kind fails; with `forever`, all after it too.
 */
void fault_arm(fault_kind kind, int n, bool forever);

/* No more faults. Returns whether one was given since fault_arm. */
bool fault_disarm(void);

/* Between the two, nothing fails and nothing is counted. */
void fault_pause(void);
void fault_resume(void);

#endif
