/* Data sets kept between runs: a process that makes many runs reads each data set once. */
#ifndef RONDO_SESSION_DATASET_CACHE_H
#define RONDO_SESSION_DATASET_CACHE_H

#include "base/error.h"
#include "config/experiment.h"
#include "data/dataset.h"

typedef struct rondo_dataset_cache rondo_dataset_cache;

/* `most` data sets are kept; the one not used for longest goes first. [main] */
rondo_status rondo_dataset_cache_create(int64_t most, rondo_dataset_cache **out,
                                        rondo_error *error);
void rondo_dataset_cache_destroy(rondo_dataset_cache *cache);

/* The data set that the experiment names: read, or taken where an experiment with the same data
 * section (but for minibatches), seed of the data, task and pooling asked before, and no file was
 * changed since. It belongs to the cache, and stays until `most` others were asked for: finish the
 * session on it before. [main] */
rondo_status rondo_dataset_cache_take(rondo_dataset_cache *cache,
                                      const rondo_experiment *experiment, rondo_dataset **out,
                                      rondo_error *error);

/* How many were read so far. [main] */
int64_t rondo_dataset_cache_reads(const rondo_dataset_cache *cache);

#endif
