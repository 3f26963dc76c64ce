/* The minibatches of a split, each evaluated. */
#ifndef RONDO_INFER_SPLIT_BATCHES_H
#define RONDO_INFER_SPLIT_BATCHES_H

#include "data/batches/batch.h"
#include "model/pass.h"
#include "session/session.h"

typedef void (*rondo_split_take_batch)(void *context, const rondo_pass *pass,
                                       const rondo_batch *batch);

/* The session has its data, and that split; its network is not an encoder-decoder. predictions: the pass
 * keeps them. [main] */
rondo_status rondo_split_batches_each(const rondo_session *session, rondo_split split,
                                      bool predictions, rondo_split_take_batch take, void *context,
                                      rondo_error *error);

#endif
