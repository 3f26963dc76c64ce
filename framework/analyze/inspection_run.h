/* Runs looked into: at their start, and at every checkpoint that their folders keep. */
#ifndef RONDO_ANALYZE_INSPECTION_RUN_H
#define RONDO_ANALYZE_INSPECTION_RUN_H

#include "analyze/inspection.h"

/* The parameters of one moment. */
typedef struct rondo_inspection_point {
    int64_t step; /* updates done; 0: as initialised with the run's seed */
    bool best;    /* the smallest validation loss */
    rondo_inspection inspection;
} rondo_inspection_point;

typedef struct rondo_inspection_run {
    const char *folder;
    const char *loss_unit; /* "nats", or "1" */
    rondo_split split;
    int64_t sequences;
    int64_t count;
    rondo_inspection_point *points; /* [count], by rising step; the first is the start */
} rondo_inspection_run;

/* options.split of RONDO_SPLITS: valid, or train where there is none. Checkpoints that are damaged
 * are left out with a warning. [main] */
rondo_status rondo_inspection_run_start(const char *folder, const rondo_inspect_options *options,
                                        int threads, rondo_registry *registry,
                                        rondo_inspection_run *run, rondo_error *error);
void rondo_inspection_run_finish(rondo_inspection_run *run);

/* The best point, or the last one where there is no best. */
const rondo_inspection_point *rondo_inspection_run_trained(const rondo_inspection_run *run);

/* Everything as HDF5, with P = /runs/<number>/step_<step>/layers/<layer>/<direction>:
 *
 *   P/distance          int64 [K + 1]     0 .. K, in steps
 *   P/norm              float64 [K + 1]   of all states together
 *   P/states/<state>    float64 [K + 1]   of each state alone
 *   P/sequences         int64 [K + 1]     how many were averaged
 *   P/gates/<gate>      float64 [2]       shares of activations below 0.1 and above 0.9
 *
 * Arrays have attributes `unit` and `axis`; P has memory_length and factor_per_step, the group of a
 * step `best`, that of a run `folder`, `split` and `sequences`. [main] */
rondo_status rondo_inspection_runs_write(const char *path, const rondo_inspection_run *runs,
                                         int64_t count, rondo_error *error);

#endif
