/* Scheduled sampling (Bengio, Vinyals, Jaitly & Shazeer 2015): while training, the input of a step
 * is the true symbol before with probability e(i), i the update step, and otherwise the symbol that
 * the model itself predicted for the step before:
 *
 *     linear max(minimum, k - slope i)   exponential k^i   inverse sigmoid k / (k + exp(i / k))
 *
 * The inputs are drawn first, step by step and without dropout, by a pass forward; then the
 * minibatch is trained with them, so no gradient flows through the choice, as in the paper. Random
 * numbers are functions of (seed, update step, place in the minibatch).
 */
#ifndef RONDO_TRAIN_SCHEDULED_SAMPLING_H
#define RONDO_TRAIN_SCHEDULED_SAMPLING_H

#include "config/experiment.h"
#include "model/pass.h"

/* e(step), step 1 for the first update; 1 without a decay. [any] */
double rondo_scheduled_sampling_rate(const rondo_scheduled_sampling_config *config, int64_t step);

typedef struct rondo_scheduled_sampling rondo_scheduled_sampling;

/* For training passes of that size. Exact bytes of create. [main] */
rondo_status rondo_scheduled_sampling_bytes(const rondo_network *network,
                                            const rondo_pass_size *size, size_t *bytes,
                                            rondo_error *error);

/* Over an encoder-decoder, which must outlive it. [main] */
rondo_status rondo_scheduled_sampling_create(const rondo_network *network,
                                             const rondo_scheduled_sampling_config *config,
                                             const rondo_pass_size *size,
                                             rondo_scheduled_sampling **out, rondo_error *error);
void rondo_scheduled_sampling_destroy(rondo_scheduled_sampling *sampling);

/* Replaces the minibatch's inputs by what is drawn for that update, in memory that the next call
 * reuses; leaves them alone where the rate is 1. Cannot fail. [main] */
void rondo_scheduled_sampling_apply(rondo_scheduled_sampling *sampling,
                                    const rondo_real *parameters, int64_t step, rondo_batch *batch);

#endif
