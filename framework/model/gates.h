/* Gate blocks of a direction: which have input weights, recurrent weights and biases, and where these
 * stand. Private to model/. */
#ifndef RONDO_MODEL_GATES_H
#define RONDO_MODEL_GATES_H

#include "model/network.h"

/* Fills the counts, runs and first blocks from the plan. RONDO_FAILED: blocks with and without a part
 * alternate too often. [main] */
rondo_status rondo_gates_count(rondo_direction *direction, rondo_error *error);

/* Gate block number `gate` of all stages. */
const rondo_cell_gate *rondo_gates_at(const rondo_direction *direction, int64_t gate);

/* Whether a gate with a source has its U in the direction's recurrent_weights: dense, trained, and
 * without groups of units. */
bool rondo_gates_is_shared(const rondo_cell_gate *gate);

/* Blocks that have a part and are trained; all that have it. */
int64_t rondo_gates_trained(const rondo_gate_runs *runs);
int64_t rondo_gates_all(const rondo_gate_runs *runs);

/* Weights that a direction multiplies with, without those of inputs that are looked up. */
int64_t rondo_gates_multiplied_weights(const rondo_network *network,
                                       const rondo_direction *direction);

/* Whether these blocks of recurrent weights, of one stage, are all frozen: their gradient is not
 * computed. */
bool rondo_gates_are_frozen(const rondo_direction *direction, int64_t first_block, int64_t count);

/* Blocks of recurrent weights whose gradient is computed. */
int64_t rondo_gates_trained_recurrent(const rondo_direction *direction);

/* Whether a parameter, by its layout index, is input weights of the direction. */
bool rondo_gates_is_input_weights(const rondo_direction *direction, int64_t parameter);

/* The gate whose part is block number `block` of those that have it, trained or frozen; of recurrent
 * weights, of those that are shared. */
int64_t rondo_gates_of_block(const rondo_gate_runs *runs, bool is_frozen, int64_t block);
int64_t rondo_gates_of_dense_block(const rondo_direction *direction, int64_t number);
int64_t rondo_gates_of_recurrent_block(const rondo_direction *direction, int64_t block);

/* The gate of separate block number `block`. */
int64_t rondo_gates_of_separate(const rondo_direction *direction, int64_t block);

#endif
