/* Looking into one minibatch: the gradient of every state of every step, for the loss of chosen
 * steps alone, and how open the gates are. For passes created with size.inspection, of a network
 * without dropout; training passes pay one comparison a step. */
#ifndef RONDO_MODEL_INSPECT_H
#define RONDO_MODEL_INSPECT_H

#include "model/pass.h"

/* Of a gate block: a share is of all its units, rows and steps. */
typedef struct rondo_gate_activity {
    const char *name;
    bool known;       /* a gate that opens and closes: named *gate, and all its values in [0, 1] */
    double low, high; /* shares below 0.1 and above 0.9 */
} rondo_gate_activity;

/* Forward and backward with the losses where selected[n] is not 0 (NULL: all), their sum and
 * nothing else; n counts predictions: packed rows or, with pooling, sequences. gradient
 * (layout.size reals) is overwritten. [main] */
void rondo_pass_inspect(rondo_pass *pass, const rondo_batch *batch, const uint8_t *selected,
                        rondo_real *gradient);

/* d loss / d state of the last inspected minibatch, [N, hidden]: all that reaches the state after a
 * step, from the steps behind it and from the layers above. `state` counts within the direction's
 * plan. */
const rondo_real *rondo_pass_state_gradient(const rondo_pass *pass, int64_t direction,
                                            int32_t state);

/* Gate blocks are counted over all stages of the direction's cell. */
rondo_gate_activity rondo_pass_gate_activity(const rondo_pass *pass, int64_t direction,
                                             int64_t gate);

#endif
