/* The folder of a run: made, or recognised as one, and locked, before anything is written into it.
 * Private to train/, to sweep/ and to the verb train. */
#ifndef RONDO_TRAIN_RUN_FOLDER_H
#define RONDO_TRAIN_RUN_FOLDER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/lock.h"

/* Takes the lock of a run folder, and removes what processes that were killed left half-written.
 * `make`: a folder that does not exist is made; otherwise *lock is then NULL. RONDO_USAGE: another
 * process trains there; the folder holds something else than a run; a name that rondo writes to is
 * a symbolic link. [main] */
rondo_status rondo_run_folder_take(const char *folder, bool make, rondo_lock **lock,
                                   rondo_error *error);

/* The same of a folder that is made where there is none, and that another process may have: then
 * *lock is NULL, with RONDO_OK. [main] */
rondo_status rondo_run_folder_try(const char *folder, rondo_lock **lock, rondo_error *error);

/* Whether the run still has its folder: RONDO_FAILED where another process took it over while this
 * one slept, or it was removed. [main] */
rondo_status rondo_run_folder_check(const char *folder, const rondo_lock *lock, rondo_error *error);

#endif
