/* Blocks of steps on a layer's way back. Private to model/.
 *
 * The weight gradients read again what every step has left for them. Where all steps together leave
 * more than caches hold, a layer goes back through some steps, adds their weight gradients to those of
 * the blocks before while a second-level cache still has what they read, and goes on. Blocks depend
 * on the layer and the minibatch alone, not on threads: the order of additions depends on them.
 */
#ifndef RONDO_MODEL_STEP_BLOCK_H
#define RONDO_MODEL_STEP_BLOCK_H

#include "model/weight_gradient.h"

/* Most tokens of a block of the layer, in minibatches of at most so many rows and tokens. [any] */
int64_t rondo_step_block_tokens(const rondo_network *network, const rondo_layer *layer,
                                int64_t rows, int64_t tokens);

/* pass->block becomes the first one of the layer at hand; the one that follows it. [main] */
void rondo_step_block_start(rondo_pass *pass);
void rondo_step_block_next(rondo_pass *pass);

/* Of the tokens of products over all of a minibatch those of the block. [main] */
void rondo_step_block_take(const rondo_step_block *block, rondo_gradient_product *products,
                           int64_t count);

/* Tokens [start, +count) of the list of both halves' rows (gradients->split_rows): those of one half, 0
 * or 1, that are in the block of steps at hand. Of a minibatch that is cut (model/split_gradient.h). [any] */
typedef struct rondo_token_range {
    int64_t start, count;
} rondo_token_range;
rondo_token_range rondo_step_block_half(const rondo_pass *pass, int half);

#endif
