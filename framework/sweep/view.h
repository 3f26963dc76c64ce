/* What people see of a sweep at work: on a terminal one line that is redrawn (base/log.h),
 * elsewhere and in sweep.log one line per run. All functions are [main]. */
#ifndef RONDO_SWEEP_VIEW_H
#define RONDO_SWEEP_VIEW_H

#include "sweep/ledger.h"

typedef struct rondo_view {
    const char *folder; /* of the sweep */
    const rondo_plan *plan;
    const char *metric;
    bool higher;                /* is better */
    rondo_ledger_state *states; /* [runs] as last seen */
    int64_t counts[RONDO_LEDGER_STATES];
    int64_t best_number; /* 0: none yet */
    double best;
} rondo_view;

/* The metric that shows how good a run is: compare.metric, halving.metric, or the validation loss.
 */
const char *rondo_view_metric(const rondo_plan *plan);

/* Reads how far all runs are. Finish in any case. */
rondo_status rondo_view_start(rondo_view *view, const char *folder, const rondo_plan *plan,
                              bool higher, rondo_error *error);
void rondo_view_finish(rondo_view *view);

/* A worker has taken run number `number`. */
void rondo_view_begin(rondo_view *view, int64_t number);

/* Reads again how far one run is; with `report` a line of its outcome is written. */
void rondo_view_refresh(rondo_view *view, int64_t number, bool report);

/* The line that is redrawn; `running` workers are at work. */
void rondo_view_show(const rondo_view *view);

/* Done, failed or halted. */
int64_t rondo_view_count_ended(const rondo_view *view);

/* The end: counts, and what failed with its reason. */
void rondo_view_report_end(const rondo_view *view);

#endif
