/* Reads the journal of a run (metrics.jsonl) that another process may be writing, and never writes:
 * for reports, exports and whoever watches. All functions are [main]. */
#ifndef RONDO_STORE_METRICS_FOLLOW_H
#define RONDO_STORE_METRICS_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "store/metrics_journal.h"

/* Where reading stands; start with {0}. */
typedef struct rondo_metrics_follower {
    int64_t offset;   /* bytes of whole lines seen */
    uint64_t file;    /* its number in the file system, 0 before the first read */
    int64_t damaged;  /* lines that are none of ours, left out */
    int64_t modified; /* when it was last written, seconds since 1970; 0: there is no journal */
} rondo_metrics_follower;

/* A line of the journal: a record, or the units of records that follow. Its texts are gone
 * afterwards. */
typedef rondo_status (*rondo_metrics_visit)(void *context, const rondo_journal_line *line,
                                            rondo_error *error);

/* Visits the lines added since the last call. A last line without its newline is still being
 * written, and waits. No journal: nothing to visit yet. A run that was resumed cuts its journal
 * back to its checkpoint: *again is then set, nothing was visited, and the next call starts with
 * the first line. Ends with the status of a visit that failed. */
rondo_status rondo_metrics_follow(rondo_metrics_follower *follower, const char *folder, bool *again,
                                  rondo_metrics_visit visit, void *context, rondo_error *error);

#endif
