/* A sweep on a cluster that Slurm runs: an array of jobs, each a worker. */
#ifndef RONDO_SWEEP_SLURM_H
#define RONDO_SWEEP_SLURM_H

#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

/* Texts are the caller's. */
typedef struct rondo_slurm_job {
    const char *folder;  /* of the sweep; must exist */
    const char *name;    /* of the sweep */
    const char *program; /* as an absolute path */
    int64_t worker_count;
    const char *const *worker; /* [worker_count]: what follows the program in a worker's command,
                                  but for --threads */
    int64_t array;             /* jobs */
    int64_t option_count;
    const char *const *options; /* [option_count]: of sbatch; the last say of one counts */
} rondo_slurm_job;

/* The batch script. Its worker is told by USR1 that time is nearly over; status 3 of a worker puts
 * its task, and no other of the array, back into the queue, unless Slurm itself ends the job.
 * RONDO_USAGE: a text that cannot stand in such a script (it has a line break). [any] */
rondo_status rondo_slurm_script(const rondo_slurm_job *job, const char *current_folder,
                                rondo_text *script, rondo_error *error);

/* Writes <folder>/sweep.sbatch and makes <folder>/slurm for its logs. [main] */
rondo_status rondo_slurm_write(const rondo_slurm_job *job, rondo_error *error);

/* Hands the written script to sbatch; *id gets the job's number. RONDO_FAILED: there is no sbatch,
 * or it refused (its own message stands on stderr). [main] */
rondo_status rondo_slurm_submit(const rondo_slurm_job *job, rondo_text *id, rondo_error *error);

#endif
