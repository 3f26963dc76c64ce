/* How often the process of a run died in it: a run that takes its process down, again and again at
 * the same place, must not take all workers down. Kept in the run folder (`deaths`), because the
 * next process may be on another machine. Private to sweep/. */
#ifndef RONDO_SWEEP_DEATHS_H
#define RONDO_SWEEP_DEATHS_H

#include <stdbool.h>

#include "sweep/run_outcome.h"

/* Deaths without a new checkpoint between them after which a run has failed: of signals that a
 * program causes itself, and of others (SIGKILL, also of the system where memory runs out; unknown
 * where another process finds the lock of one that died), which may come from outside. */
enum { RONDO_CRASHES = 2, RONDO_KILLS = 4 };

/* One more, by this signal (0: unknown), of a run whose lock the caller has. *failed: there were so
 * many that its outcome is now that it failed; `reason` says why. [main] */
rondo_status rondo_deaths_add(const char *run_folder, int signal_number, bool *failed,
                              rondo_run_outcome *outcome, rondo_error *error);

/* The run has ended well. [main] */
void rondo_deaths_clear(const char *run_folder);

/* "SIGSEGV" */
const char *rondo_signal_name(int signal_number);

#endif
