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

/* The gate whose part is block number `block` of those that have it; of recurrent weights, of those that
 * are stored as they are. */
int64_t rondo_gates_of_block(const rondo_gate_runs *runs, int64_t block);
int64_t rondo_gates_of_dense_block(const rondo_direction *direction, int64_t number);
int64_t rondo_gates_of_recurrent_block(const rondo_direction *direction, int64_t block);

#endif
