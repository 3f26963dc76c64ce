/* Inverted dropout (dropout.c). Private to model/. */
#ifndef RONDO_MODEL_DROPOUT_H
#define RONDO_MODEL_DROPOUT_H

#include "model/pass_private.h"

/* data[n] *= kept / (1 - rate), over N rows of `width`. `layer`
 * numbers the place in the network, `kind` is a rondo_dropout_kind. */
void rondo_dropout_forward(rondo_pass *pass, int64_t layer, double rate, int kind, int64_t width,
                           uint8_t *kept, rondo_real *data);
void rondo_dropout_backward(const rondo_pass *pass, double rate, int64_t width, const uint8_t *kept,
                            rondo_real *d_data);

/* The same choices for one-hot inputs of `width` symbols, where a row has one number: kept [N]. */
void rondo_dropout_symbols(rondo_pass *pass, double rate, int kind, int64_t width, uint8_t *kept);

#endif
