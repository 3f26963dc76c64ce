/* The files of a checkpoint folder: latest.h5, latest-1.h5 (one older) ..., best.h5. */
#ifndef RONDO_STORE_CHECKPOINT_FILES_H
#define RONDO_STORE_CHECKPOINT_FILES_H

#include <stdint.h>

#include "base/error.h"

/* latest.h5 also becomes latest-1.h5, latest-1.h5 also latest-2.h5 ... up to keep - 1. At every
 * instant each name that existed exists. */
rondo_status rondo_checkpoint_rotate(const char *folder, int64_t keep, rondo_error *error);

/* Removes generations `keep` and older. What cannot be removed stays: it does no harm. */
void rondo_checkpoint_prune(const char *folder, int64_t keep);

#endif
