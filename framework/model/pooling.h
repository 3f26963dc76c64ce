/* One vector per sequence out of the outputs of all steps (pooling.c); nothing without pooling.
 * Private to model/. */
#ifndef RONDO_MODEL_POOLING_H
#define RONDO_MODEL_POOLING_H

#include "model/pass_private.h"

/* All NULL without pooling. */
typedef struct rondo_pooling_buffers {
    rondo_real *pooled;    /* [B, top layer's output] */
    rondo_real *d_pooled;  /* [B, top layer's output] */
    int32_t *largest_step; /* [B, top layer's output]: where max found its number */
    int64_t *row_steps;    /* [B]: length of each row */
    bool of_states; /* the top layer's last states are pooled: d_pooled is where their gradients
                              begin, and its output has no gradient besides */
} rondo_pooling_buffers;

void rondo_pooling_plan(rondo_pass *pass);
void rondo_pooling_forward(rondo_pass *pass);
void rondo_pooling_backward(rondo_pass *pass);

#endif
