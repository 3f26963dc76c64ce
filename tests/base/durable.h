/* Whether what was asked of the file system keeps files through a loss of power: checks of a
 * recording (support/fault.h). */
#ifndef RONDO_TESTS_DURABLE_H
#define RONDO_TESTS_DURABLE_H

#include "support/fault.h"

typedef struct recording {
    const file_event *events;
    int count;
} recording;

/* Ends the recording. What was in the folders before it counts as safe. */
recording durable_take(void);

/* NULL, or what is wrong, in memory that the next call reuses: a name was given to contents that
 * were not flushed after they were last written, or a name (by rename or mkdir) was not flushed
 * with its folder before the next name was given, or at all. */
const char *durable_fault(const recording *r);

/* The number of the event of that call and that last part of its name (of `to` where there is one),
 * from event `from` on; -1 where there is none. */
int durable_find(const recording *r, int from, file_call call, const char *name);

/* How many there are. */
int durable_count(const recording *r, file_call call, const char *name);

/* Everything written to files of that name before event `end` was flushed before it. */
bool durable_flushed(const recording *r, int end, const char *name);

#endif
