/* Inside a pass: what all of its stations see. What a station has for itself is a struct of its own
 * header, which only those include that talk to it. Private to model/.
 */
#ifndef RONDO_MODEL_PASS_PRIVATE_H
#define RONDO_MODEL_PASS_PRIVATE_H

#include "base/memory.h"
#include "base/parallel.h"
#include "base/product.h"
#include "model/pass.h"
#include "threads/partition.h"

/* Rows of a chunk of a row-parallel product: a multiple of every register block. */
enum { RONDO_CHUNK = 96 };

/* Steps that a layer goes back through before their weight gradients are made (model/step_block.h). */
typedef struct rondo_step_block {
    int64_t first_step, end_step;
    int64_t first_token, end_token; /* packed rows of these steps */
    bool is_first, is_last;         /* of the layer's blocks, in the order in which it takes them */
} rondo_step_block;

struct rondo_pass {
    const rondo_network *network;
    rondo_pass_size size;
    rondo_arena arena;
    rondo_profile *profile;            /* NULL: no clock is read */
    const rondo_pass_watcher *watcher; /* or NULL */
    rondo_pass *encoder;               /* NULL but in a decoder */
    /* the minibatch at hand */
    const rondo_real *parameters;
    const rondo_batch *batch;
    const uint8_t *selected; /* [N]: rows whose loss counts; NULL: all */
    rondo_real *gradient;
    int64_t step;
    bool training;
    int64_t layer;          /* the layer at hand */
    rondo_step_block block; /* on its way back: the steps at hand */
    /* from station to station */
    rondo_real *d_output; /* [N, widest]: gradient of the output of the layer at hand */
    rondo_real *d_input;  /* [N, widest]: gradient of its input; the two change places */
    rondo_real **scratch; /* one a thread: for products */
    /* the stations' own */
    struct rondo_direction_buffers *directions; /* one a direction; model/layer.h */
    struct rondo_layer_buffer *layers;
    struct rondo_input_buffers *input;
    struct rondo_pooling_buffers *pooling;
    struct rondo_readout_buffers *readout;
    struct rondo_gradient_buffers *gradients; /* model/weight_gradient.h */
    struct rondo_team_buffers *teams;         /* model/member.h */
    struct rondo_packing_list *packings;      /* model/panels.h */
    struct rondo_bridge *bridge;
    struct rondo_attention *attention;
};

/* Whether the layer at hand goes back through the minibatch in several blocks of steps. */
static inline bool rondo_pass_is_cut(const rondo_pass *pass)
{
    return !pass->block.is_first || !pass->block.is_last;
}

/* Takes all buffers of a pass from its arena (pass_plan.c). */
void rondo_pass_plan(rondo_pass *pass);

/* Panels for weights [depth, columns]; NULL for none. */
rondo_real *rondo_pass_take_panels(rondo_pass *pass, int64_t depth, int64_t columns);

static inline rondo_row_lengths rondo_batch_ragged(const rondo_batch *batch)
{
    return (rondo_row_lengths){batch->active, batch->rows, batch->steps, batch->tokens};
}

static inline const rondo_real *rondo_pass_weights(const rondo_pass *pass, int64_t parameter)
{
    return pass->parameters + pass->network->layout.parameters[parameter].offset;
}

static inline rondo_real *rondo_pass_gradient_of(const rondo_pass *pass, int64_t parameter)
{
    return pass->gradient + pass->network->layout.parameters[parameter].offset;
}

/* The two halves of rondo_pass_train: up to the losses and their gradients, and back (pass.c). */
void rondo_pass_start_training(rondo_pass *pass, const rondo_batch *batch, int64_t step,
                               rondo_real *gradient, rondo_score *score);
void rondo_pass_finish_training(rondo_pass *pass);

#endif
