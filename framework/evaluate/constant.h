/* What a model that ignores its input would reach: one answer for every step or sequence, the one
 * that the training split's targets suggest. A model that is not better has learned nothing. */
#ifndef RONDO_EVALUATE_CONSTANT_H
#define RONDO_EVALUATE_CONSTANT_H

#include "base/error.h"
#include "session/session.h"

/* The mean loss of that answer on a split; NAN where the loss plugin's activation gives no way to
 * it, or the split is not held in memory. The answer's probabilities or values are the means over
 * the training split, whose classes count by their weights. Of a large split some rows, evenly
 * spaced, stand for all. [main]
 */
rondo_status rondo_constant_loss(const rondo_session *session, rondo_split split, double *loss,
                                 rondo_error *error);

#endif
