/* The verb sweep: what its files share. Private to command/. */
#ifndef RONDO_COMMAND_SWEEP_H
#define RONDO_COMMAND_SWEEP_H

#include "command/command.h"
#include "sweep/plan.h"

typedef struct rondo_sweep_arguments {
    const char *file, *output;
    bool check, list, json, pending, worker, slurm;
    int64_t number; /* --run; 0: not given */
    int64_t threads;
    double started; /* of this process */
    int64_t array;  /* of --slurm: workers; 0: not given */
    rondo_argument_list plugins;
    rondo_argument_list options; /* of sbatch, behind "--" */
} rondo_sweep_arguments;

enum { RONDO_WORKER_WORDS = 2 * RONDO_MAX_LIST + 6 };

/* The arguments of a worker that is told what this process was told, NULL behind them; how many. */
int64_t rondo_sweep_worker_words(const rondo_sweep_arguments *arguments,
                                 const char *words[RONDO_WORKER_WORDS]);

/* Which of the verb's options cannot be combined, or need another one. */
rondo_status rondo_sweep_check_arguments(const rondo_sweep_arguments *arguments,
                                         rondo_error *error);

/* --list. */
rondo_status rondo_sweep_list(const rondo_sweep_arguments *arguments, const rondo_sweep *sweep,
                              rondo_registry *registry, rondo_error *error);

/* --run, --worker, or all runs by a pool of workers. */
rondo_status rondo_sweep_work(const rondo_sweep_arguments *arguments, const rondo_sweep *sweep,
                              rondo_registry *registry, rondo_error *error);

/* --slurm: what failed is to be tried again, and sweep.sbatch is written and submitted; it does not
 * wait. RONDO_FAILED: it could not be submitted; it is written all the same. */
rondo_status rondo_sweep_slurm(const rondo_sweep_arguments *arguments, const rondo_sweep *sweep,
                               rondo_registry *registry, rondo_error *error);

/* The plan of the sweep's folder, or, where that has none of this very sweep file, made anew; and
 * then written, where `store`. [main] */
rondo_status rondo_sweep_open_plan(const rondo_sweep *sweep, rondo_registry *registry, bool store,
                                   rondo_plan **out, rondo_error *error);

#endif
