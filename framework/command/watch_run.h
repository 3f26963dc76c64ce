/* What can be seen of a run from outside, while it is being written. Private to command/watch*.c;
 * all functions are [main] and write nothing. */
#ifndef RONDO_COMMAND_WATCH_RUN_H
#define RONDO_COMMAND_WATCH_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/lock.h"
#include "base/text.h"
#include "store/metrics_follow.h"

typedef enum rondo_watched_state {
    RONDO_WATCHED_NOTHING = 0, /* no folder yet, or nothing in it */
    RONDO_WATCHED_RUNNING = 1,
    RONDO_WATCHED_STOPPED = 2, /* begun, and nobody works on it */
    RONDO_WATCHED_DONE = 3
} rondo_watched_state;

/* Start with {.folder = ..}; free with rondo_watched_run_finish. */
typedef struct rondo_watched_run {
    const char *folder; /* the caller's */
    rondo_watched_state state;
    rondo_lock_holder holder;  /* while it runs */
    int64_t epochs, max_steps; /* of its config; 0: not known, no limit */
    int64_t step, epoch;       /* of its newest record */
    int64_t steps_an_epoch;    /* 0: not known yet */
    bool changed;              /* since the look before */
    bool is_tested;            /* has a record of its end */
    rondo_metrics_follower reader;
    rondo_metric_table records;
} rondo_watched_run;

/* Reads what is new. RONDO_USAGE: what is there is no run. */
rondo_status rondo_watched_run_refresh(rondo_watched_run *run, rondo_error *error);
void rondo_watched_run_finish(rondo_watched_run *run);

/* The newest value of a name in the records of a kind, or NaN. */
double rondo_watched_newest(const rondo_watched_run *run, const char *kind, const char *name);

/* Steps that it will make if nothing stops it before; 0: not known yet. */
int64_t rondo_watched_steps(const rondo_watched_run *run);

/* Seconds that it will still take, evaluations included; NaN where that is not known yet. */
double rondo_watched_seconds_left(const rondo_watched_run *run);

/* How a view is drawn. */
typedef struct rondo_watch_page {
    int32_t columns, rows;
    bool ascii;         /* plain characters only */
    const char *figure; /* whose curves are drawn: "loss" */
} rondo_watch_page;

/* watch_view.c: the whole view, several lines; and what a log gets of it: one line. */
void rondo_watched_run_show(const rondo_watched_run *run, const rondo_watch_page *page,
                            rondo_text *text);
void rondo_watched_run_line(const rondo_watched_run *run, rondo_text *text);

/* "[####....]  41 %" */
void rondo_watch_add_bar(rondo_text *text, double fraction);

/* "running", .. */
const char *rondo_watched_state_name(rondo_watched_state state);

#endif
