/* Where a number that is not finite appears first: asked when a loss or a gradient is none, so that
 * the message can name the cell, gate and time step that made it and not what it reached. */
#ifndef RONDO_MODEL_NOT_FINITE_H
#define RONDO_MODEL_NOT_FINITE_H

#include "base/text.h"
#include "model/pass.h"

/* Of the last pass, whose minibatch must still be there: of what forward made, in the
 * order in which it is made; or, of a training pass whose losses were finite, of the gradients,
 * from the loss back. Adds a place such as
 *
 *     layers/1/forward (cell gru), time step 7 of 20, stage 1: gate update_gate
 *
 * and says whether it found one. [main] */
bool rondo_pass_find_not_finite(const rondo_pass *pass, rondo_text *place);
bool rondo_pass_find_gradient_not_finite(const rondo_pass *pass, rondo_text *place);

#endif
