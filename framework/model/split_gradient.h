/* Weight gradients of a layer whose weights are few beside its activations, in two halves of the rows
 * (threads/split_k.h). Private to model/. */
#ifndef RONDO_MODEL_SPLIT_GRADIENT_H
#define RONDO_MODEL_SPLIT_GRADIENT_H

#include "model/weight_gradient.h"
#include "threads/split_k.h"

/* Reals that a network's largest layer needs for minibatches of at most so many tokens. [any] */
int64_t rondo_split_gradient_size(const rondo_network *network, int64_t tokens);

/* Cuts the minibatch at hand. [main] */
void rondo_split_gradient_cut(rondo_pass *pass);

/* Whether a direction's weight gradients are computed in halves. [any] */
bool rondo_split_gradient_pays(const rondo_pass *pass, const rondo_direction *direction);

/* Those of the layer at hand. */
typedef struct rondo_split_gradient {
    const rondo_pass *pass;
    rondo_split_product products[RONDO_MAX_GRADIENT_PRODUCTS / 2];
    int64_t count;
    rondo_real *room; /* of pass->gradients->second_half, what is left */
} rondo_split_gradient;

/* The `count` products of a direction become twice as many, all first halves before the second
 * ones; sums of the latter are rondo_row_sums_apart behind those of the first. [main] */
void rondo_split_gradient_add(rondo_split_gradient *split, const rondo_direction *direction,
                              rondo_gradient_product *products, int64_t count);

/* After the products: the second halves are added to the first. [main] */
void rondo_split_gradient_finish(const rondo_split_gradient *split);

#endif
