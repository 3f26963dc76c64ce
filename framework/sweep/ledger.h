/* The ledger of a sweep is its folder: a run folder a run, whose files say how far it is.
 *
 *   outcome.yaml       done, failed, or halted at a rung: nothing is to be done now
 *   lock               a process works on it (base/lock.h): the claim of the run
 *   checkpoints/       it was stopped, and goes on from the newest
 *
 * Whoever takes a run takes its lock first and reads its state then. Reading alone takes no lock. */
#ifndef RONDO_SWEEP_LEDGER_H
#define RONDO_SWEEP_LEDGER_H

#include "sweep/plan.h"
#include "sweep/run_outcome.h"

typedef enum rondo_ledger_state {
    RONDO_LEDGER_MISSING = 0,
    RONDO_LEDGER_STOPPED = 1,
    RONDO_LEDGER_RUNNING = 2,
    RONDO_LEDGER_DONE = 3,
    RONDO_LEDGER_FAILED = 4,
    RONDO_LEDGER_HALTED = 5,
    RONDO_LEDGER_STATES = 6
} rondo_ledger_state;

const char *rondo_ledger_state_name(rondo_ledger_state state);

/* A run as its folder says. */
typedef struct rondo_ledger_entry {
    rondo_ledger_state state;
    rondo_run_outcome outcome; /* zero but for done, failed, halted */
} rondo_ledger_entry;

/* Reads how far one run is. RONDO_FAILED: its files cannot be read. [main] */
rondo_status rondo_ledger_read(const char *sweep_folder, const rondo_plan_run *run,
                               rondo_ledger_entry *entry, rondo_error *error);

/* Runs that failed are to be tried again: their outcomes are removed, their checkpoints stay. What
 * another process has in hand is left alone. [main] */
rondo_status rondo_ledger_retry(const char *sweep_folder, const rondo_plan *plan,
                                rondo_error *error);

/* What a journal has of "<split> <figure>": the values of one run, epoch by epoch. */
typedef struct rondo_ledger_figure {
    double value;  /* NaN: none, or none that is finite */
    int64_t epoch; /* that it is of */
} rondo_ledger_figure;

/* The newest value, of no later epoch than `until` (0: any). [main] */
rondo_status rondo_ledger_read_figure(const char *run_folder, const char *metric, int64_t until,
                                      rondo_ledger_figure *figure, rondo_error *error);

/* The value of the epoch whose checkpoint the run was tested with, which is what a comparison
 * takes; where there is no test (yet), the best value so far. [main] */
rondo_status rondo_ledger_read_best(const char *run_folder, const char *metric,
                                    bool higher_is_better, rondo_ledger_figure *figure,
                                    rondo_error *error);

/* Whether more of the figure is better, in an experiment of the sweep. [main] */
bool rondo_ledger_higher_is_better(const rondo_experiment *experiment, const char *metric);

#endif
