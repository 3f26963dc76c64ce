/* Data sets kept between runs: a process that makes many runs reads each data set once. */
#ifndef RONDO_SESSION_SHELF_H
#define RONDO_SESSION_SHELF_H

#include "base/error.h"
#include "config/experiment.h"
#include "data/dataset.h"

typedef struct rondo_shelf rondo_shelf;

/* `most` data sets are kept; the one not used for longest goes first. [main] */
rondo_status rondo_shelf_create(int64_t most, rondo_shelf **out, rondo_error *error);
void rondo_shelf_destroy(rondo_shelf *shelf);

/* The data set that the experiment names: read, or taken where an experiment with the same data
 * section (but for minibatches), seed of the data, task and pooling asked before, and no file was
 * changed since. It belongs to the shelf, and stays until `most` others were asked for: finish the
 * session on it before. [main] */
rondo_status rondo_shelf_take(rondo_shelf *shelf, const rondo_experiment *experiment,
                              rondo_dataset **out, rondo_error *error);

/* How many were read so far. [main] */
int64_t rondo_shelf_reads(const rondo_shelf *shelf);

#endif
