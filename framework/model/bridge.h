/* Between encoder and decoder (bridge.c). Private to model/. */
#ifndef RONDO_MODEL_BRIDGE_H
#define RONDO_MODEL_BRIDGE_H

#include "model/pass_private.h"

/* A state bridge at work; rows are the decoder's. */
typedef struct rondo_state_bridge_buffers {
    rondo_real *input;   /* [B, X]: the encoder's last states, directions side by side */
    rondo_real *value;   /* [B, H]: tanh(W x + b) */
    rondo_real *d_value; /* [B, H]: gradient before the tanh */
    rondo_real *panels, *back_panels; /* W, W' */
} rondo_state_bridge_buffers;

typedef struct rondo_bridge {
    rondo_state_bridge_buffers *state_bridges;
    rondo_real *d_input;                              /* [B, widest X] */
    rondo_real *context, *context_gates;              /* [B, C]; [B, G H]: b + W_c c */
    rondo_real *d_context_gates;                      /* [B, G H] */
    rondo_real *context_panels, *context_back_panels; /* W_c, W_c' */
} rondo_bridge;

/* finish in any case. [main] */
rondo_status rondo_bridge_start(rondo_pass *pass, rondo_error *error);
void rondo_bridge_finish(rondo_pass *pass);

/* plan: buffers from the arena. add_packings: its weights
 * join those of the pass. forward: from the encoder's last states to the decoder's first
 * ones and the context; backward: their gradients, and those of the bridge's weights. */
void rondo_bridge_plan(rondo_pass *pass);
void rondo_bridge_add_packings(rondo_pass *pass);
void rondo_bridge_forward(rondo_pass *pass);
void rondo_bridge_backward(rondo_pass *pass);

/* Room in gradients->left that the products of a bridge take. */
int64_t rondo_bridge_products_size(const rondo_network *network, int64_t rows);

#endif
