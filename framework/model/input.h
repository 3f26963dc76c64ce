/* The input of the first layer (input.c). Private to model/. */
#ifndef RONDO_MODEL_INPUT_H
#define RONDO_MODEL_INPUT_H

#include "model/pass_private.h"

typedef struct rondo_input_buffers {
    rondo_real
        *values;       /* [N, I]: rows of the embedding, or values with noise or dropout; or NULL */
    uint8_t *kept;     /* dropout's choice: [N, I], or [N] of one-hot inputs; may be NULL */
    int32_t *replaced; /* [N]: inputs with some unknown; NULL without unknown_rate */
    bool leaves_out;   /* unused rows of the embedding get no gradient */
    uint8_t *is_used;  /* [rows] of the embedding; NULL: it is not trained, or tied */
    rondo_used_rows rows;   /* of this pass; is_used NULL: all have a gradient */
    const int32_t *symbols; /* [N]: the inputs of this pass: the minibatch's, or `replaced` */
} rondo_input_buffers;

void rondo_input_plan(rondo_pass *pass);
void rondo_input_forward(rondo_pass *pass);
void rondo_input_backward(rondo_pass *pass);

/* Gaussian noise on the values, in training (input_noise.c). */
void rondo_input_noise(rondo_pass *pass);

/* What a one-hot input is multiplied by: 1, or dropout's 0 or 1 / (1 - rate). */
static inline rondo_real rondo_pass_symbol_factor(const rondo_pass *pass, int64_t n)
{
    if (!pass->input->kept || !pass->training) return 1;
    return pass->input->kept[n] ? (rondo_real)(1.0 / (1.0 - pass->network->input_dropout)) : 0;
}

#endif
