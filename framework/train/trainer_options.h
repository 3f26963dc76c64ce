/* How a run is trained, apart from what its config says. */
#ifndef RONDO_TRAIN_TRAINER_OPTIONS_H
#define RONDO_TRAIN_TRAINER_OPTIONS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "plugin/registry.h"
#include "train/ranks.h"

/* Where a run ended. */
typedef struct rondo_trainer_end {
    int64_t step, epoch; /* whole ones that are done */
    bool is_held;        /* RONDO_STOPPED: at the end of until_epoch */
    bool is_paused;      /* RONDO_STOPPED: by *pause, and not by *stop */
} rondo_trainer_end;

typedef struct rondo_trainer_options {
    bool resume;                        /* go on from the folder's newest checkpoint, if any */
    bool overwrite;                     /* replace a run that is in the folder */
    bool other_kernel;                  /* resume what other kernels of products computed */
    const volatile sig_atomic_t *stop;  /* set by a signal handler */
    const volatile sig_atomic_t *pause; /* likewise; NULL: none. For a run that goes on at once */
    int64_t until_epoch;    /* no further, whatever the config says; schedules see its whole length.
                               0: to the end */
    rondo_trainer_end *end; /* filled, also on failure; NULL: nobody asks */
    double started;         /* of this process, for train.max_minutes (base/clock.h) */
    const rondo_lock *lock; /* of the run folder (train/run_folder.h), where it is taken
                               already; NULL: the run takes it */
    rondo_registry *registry; /* to read the config in a checkpoint */
    const rondo_ranks *ranks; /* that train together, none of them paused; NULL: this process */
} rondo_trainer_options;

#endif
