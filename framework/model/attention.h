/* Attention (attention.c). Private to model/. */
#ifndef RONDO_MODEL_ATTENTION_H
#define RONDO_MODEL_ATTENTION_H

#include "model/pass_private.h"

typedef struct rondo_attention {
    rondo_real *output;               /* [N, H]: what the readout sees; NULL: no attention */
    rondo_real *joined;               /* [N, C + H]: c_t and h_t side by side */
    rondo_real *weights;              /* [N, longest source]: a_t */
    rondo_real *keys;                 /* [source N, H]; NULL: the outputs themselves */
    rondo_real *d_output, *d_joined;  /* as output, before the tanh; as joined */
    rondo_real *d_weights;            /* [B, longest source]: of the step at hand */
    rondo_real *d_keys;               /* [source N, H] */
    rondo_real *panels, *back_panels; /* W_o, W_o' */
    rondo_real *key_panels, *key_back_panels; /* W_k, W_k' */
} rondo_attention;

/* As the bridge's. backward: from pass->d_output, the gradient of what the
 * readout saw, to that of the top layers of both sides. */
void rondo_attention_plan(rondo_pass *pass);
void rondo_attention_add_packings(rondo_pass *pass);
void rondo_attention_forward(rondo_pass *pass);
void rondo_attention_backward(rondo_pass *pass);
int64_t rondo_attention_products_size(const rondo_network *network, const rondo_pass_size *size);

#endif
