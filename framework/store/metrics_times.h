/* When the records of a run's journal were made: the journal itself tells durations only. */
#ifndef RONDO_STORE_METRICS_TIMES_H
#define RONDO_STORE_METRICS_TIMES_H

#include <stdint.h>

#include "base/error.h"

/* Start with {0}; free with rondo_metrics_times_finish. */
typedef struct rondo_metrics_times {
    int64_t count;   /* records */
    double *seconds; /* since 1970, of each record, never falling */
    int64_t capacity;
} rondo_metrics_times;

/* The ends of epochs and evaluations are in log.txt, to the second; records between them follow by
 * the durations that they state. Where there is no log.txt, the last record is as old as the
 * journal. RONDO_USAGE: the folder has no journal, or one without a record. [main] */
rondo_status rondo_metrics_times_read(const char *folder, rondo_metrics_times *times,
                                      rondo_error *error);
void rondo_metrics_times_finish(rondo_metrics_times *times);

#endif
