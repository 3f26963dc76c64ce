/* Targets of an encoder-decoder, found by greedy search, for metrics of them. */
#ifndef RONDO_EVALUATE_DECODING_H
#define RONDO_EVALUATE_DECODING_H

#include "evaluate/metric.h"

typedef struct rondo_decoding rondo_decoding;

/* For minibatches of at most that size. [main] */
rondo_status rondo_decoding_create(const rondo_network *network, const rondo_pass_size *size,
                                   rondo_decoding **out, rondo_error *error);
void rondo_decoding_destroy(rondo_decoding *decoding);

/* Exact bytes of create. [main] */
rondo_status rondo_decoding_bytes(const rondo_network *network, const rondo_pass_size *size,
                                  size_t *bytes, rondo_error *error);

/* To be called after every change of the parameters. [main] */
void rondo_decoding_load(rondo_decoding *decoding, const rondo_real *parameters);

/* What is found for the sources of a minibatch, by row of its targets; there until the next. [main]
 */
const rondo_decoded *rondo_decoding_run(rondo_decoding *decoding, const rondo_batch *batch);

#endif
