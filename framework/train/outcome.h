/* The outcome of a run, reported at its end: a warning where nothing was learned, or what was learned is
 * lost again. Private to train/. */
#ifndef RONDO_TRAIN_OUTCOME_H
#define RONDO_TRAIN_OUTCOME_H

#include "train/run.h"

/* Of all epochs of the run, also those before it was resumed. [main] */
rondo_status rondo_outcome_report(const rondo_run *run, rondo_error *error);

#endif
