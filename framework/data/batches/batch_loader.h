/* Minibatches in advance: while one trains, a helper thread gathers the next one.
 *
 *     main      train k       | train k + 1   | train k + 2
 *     helper    gather k + 1 -| gather k + 2 -| gather k + 3
 *
 * Two rondo_batches with one order take turns, so nothing is copied and nothing depends on timing:
 * what comes out is what rondo_batches_get gives.
 */
#ifndef RONDO_DATA_BATCHES_BATCH_LOADER_H
#define RONDO_DATA_BATCHES_BATCH_LOADER_H

#include "data/batches/batch.h"

typedef struct rondo_batch_loader rondo_batch_loader;

/* Over one split of a dataset, which must outlive it. [main] */
rondo_status rondo_batch_loader_create(const rondo_dataset *dataset, rondo_split split,
                                       const rondo_batches_config *config, rondo_batch_loader **out,
                                       rondo_error *error);

/* Waits for the helper thread first. NULL is fine. */
void rondo_batch_loader_destroy(rondo_batch_loader *loader);

/* For sizes and counts; its minibatches are the loader's own. */
const rondo_batches *rondo_batch_loader_batches(const rondo_batch_loader *loader);

/* Minibatch `position` of `epoch`, valid until the next call; then starts to gather the one after
 * it, in the next epoch if it is the last. Any other one may be asked for, too: it is gathered at
 * once. Cannot fail. [main] */
void rondo_batch_loader_get(rondo_batch_loader *loader, int64_t epoch, int64_t position,
                            rondo_batch *batch);

/* Seconds that rondo_batch_loader_get has kept its callers waiting, all calls together. */
double rondo_batch_loader_waited(const rondo_batch_loader *loader);

#endif
