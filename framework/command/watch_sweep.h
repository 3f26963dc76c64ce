/* What can be seen of a sweep from outside. Private to command/watch*.c; all functions are [main]
 * and write nothing. */
#ifndef RONDO_COMMAND_WATCH_SWEEP_H
#define RONDO_COMMAND_WATCH_SWEEP_H

#include "command/watch_run.h"
#include "sweep/ledger.h"

/* A run of the plan, as it was last seen. */
typedef struct rondo_watched_entry {
    rondo_ledger_entry ledger;
    double value;            /* of the sweep's metric, once it is done or halted; NaN: not known */
    char *folder;            /* as it can be opened */
    rondo_watched_run *live; /* while it runs, NULL otherwise */
} rondo_watched_entry;

/* Start with {.folder = ..}; free with rondo_watched_sweep_finish. */
typedef struct rondo_watched_sweep {
    const char *folder; /* the caller's */
    rondo_plan *plan;   /* NULL: not there yet */
    uint64_t plan_file; /* its number in the file system */
    const char *metric; /* "test loss" */
    bool higher_is_better, knows_direction;
    rondo_watched_entry *entries; /* [plan->run_count] */
    int64_t counts[RONDO_LEDGER_STATES];
    int64_t best;        /* index of a run, or -1 */
    double mean_seconds; /* of a run that is done; NaN: none is */
    double seconds_left; /* NaN: not known */
    bool changed, ended;
} rondo_watched_sweep;

rondo_status rondo_watched_sweep_refresh(rondo_watched_sweep *sweep, rondo_error *error);
void rondo_watched_sweep_finish(rondo_watched_sweep *sweep);

/* The whole view, and a line of a log. */
void rondo_watched_sweep_show(const rondo_watched_sweep *sweep, rondo_text *text);
void rondo_watched_sweep_line(const rondo_watched_sweep *sweep, rondo_text *text);

#endif
