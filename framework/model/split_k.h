/* Weight gradients in two halves. Private to model/.
 *
 * A product over all tokens reads, on every thread, what the others have just written. Of a layer
 * whose weights are few beside its activations that costs more than the arithmetic saves: so the
 * rows are cut into two halves of about equal work, each half's products are summed by themselves,
 * near the threads that have those rows, and then the two sums are added. Whether and where to cut
 * follows from the layer and the minibatch, never from the thread count.
 */
#ifndef RONDO_MODEL_SPLIT_K_H
#define RONDO_MODEL_SPLIT_K_H

#include "model/workspace.h"

/* Reals, and sums in double, that a network's largest layer needs for minibatches of at most so
 * many tokens. [any] */
int64_t rondo_split_k_size(const rondo_network *network, int64_t tokens);
int64_t rondo_split_k_sums(const rondo_network *network, int64_t tokens);

/* Cuts the minibatch at hand. [main] */
void rondo_split_k_cut(rondo_pass *pass);

/* Whether a direction's weight gradients are computed in halves. [any] */
bool rondo_split_k_pays(const rondo_pass *pass, const rondo_direction *direction);

/* A product whose second half has a place of its own. */
typedef struct rondo_split_product {
    rondo_real *result;       /* [rows, columns], rows result_stride apart: of the first half */
    const rondo_real *second; /* [rows, columns] */
    int64_t rows, columns, result_stride;
} rondo_split_product;

/* Those of the layer at hand. */
typedef struct rondo_split_k {
    const rondo_pass *pass;
    rondo_split_product products[RONDO_MAX_GRADIENT_PRODUCTS / 2];
    int64_t count;
    rondo_real *room; /* of pass->second_half, what is left */
} rondo_split_k;

/* The `count` products of a direction become twice as many, all first halves before the second
 * ones. [main] */
void rondo_split_k_add(rondo_split_k *split, rondo_gradient_product *products, int64_t count);

/* After the products: the second halves are added to the first. [main] */
void rondo_split_k_finish(const rondo_split_k *split);

#endif
