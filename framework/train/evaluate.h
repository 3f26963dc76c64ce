/* A split through the network, forward only. */
#ifndef RONDO_TRAIN_EVALUATE_H
#define RONDO_TRAIN_EVALUATE_H

#include "data/batch.h"
#include "model/pass.h"

/* All minibatches of `batches` with the parameters loaded into `pass`; every token counts once. The
 * progress bar is shown under `title` (NULL: none). [main] */
void rondo_evaluate_batches(rondo_pass *pass, rondo_batches *batches, const char *title,
                            rondo_score *score);

#endif
