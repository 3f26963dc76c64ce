/* Weight gradients: products over all tokens (weight_gradient.c). Private to model/. */
#ifndef RONDO_MODEL_WEIGHT_GRADIENT_H
#define RONDO_MODEL_WEIGHT_GRADIENT_H

#include "model/pass_private.h"

/* NULL but in training. */
typedef struct rondo_gradient_buffers {
    rondo_real *left; /* inputs of a layer's weight gradients, packed */
    int64_t *before;  /* [N]: row of the states before each packed row, forward */
    /* split_gradient.c */
    int64_t *split_rows; /* [N]: packed rows of the first half of the rows, then of the second */
    int64_t *split_rows_before; /* [N]: `before` of those */
    int64_t first_half_tokens;
    rondo_real *second_half; /* weight gradients of the second half, product after product */
} rondo_gradient_buffers;

void rondo_gradients_plan(rondo_pass *pass);

/* For the minibatch at hand: which rows of states and of halves there are. [main] */
void rondo_gradients_index(rondo_pass *pass);

/* Those of the layer at hand: the share of the block of steps at hand is added to those of the blocks
 * before. */
void rondo_weight_gradients(rondo_pass *pass);

/* One product of a weight gradient: result = input' d_output over tokens, or added to it. */
typedef struct rondo_gradient_product {
    const rondo_real *input; /* [.., rows] without gaps */
    const int64_t *index;    /* [tokens]: which row of input belongs to a token; NULL: the same */
    int64_t rows, tokens;    /* tokens: packed rows, or some of them */
    const rondo_real *d_output; /* [.., columns], rows d_stride apart */
    const int64_t *d_index;     /* [tokens]: its rows; NULL: the same */
    int64_t d_stride, columns;
    rondo_real *result; /* [rows, columns], rows result_stride apart */
    int64_t result_stride;
    bool add;
    double *sums; /* [columns]: d_output's rows are added to it, in their order; NULL: not wanted */
} rondo_gradient_product;

/* Of a layer: directions, halves, U of blocks added and separate and W of both, cut where gates without
 * W stand between, and the projection. */
enum { RONDO_MAX_GRADIENT_PRODUCTS = 2 * 2 * (4 * RONDO_MAX_STAGES + RONDO_MAX_GATE_RUNS + 1) };

/* All products of one layer together: their inputs packed, then column ranges in parallel, in one
 * loop with `more` work of other kinds. Products of one d_output should follow one another. */
enum { RONDO_MAX_MORE_WORK = 8 };
void rondo_gradient_products_run(const rondo_pass *pass, const rondo_gradient_product *products,
                                 int64_t count, const rondo_work *more, int64_t more_count);

/* Room in gradients->left that a layer's products take in minibatches of at most so many rows and tokens, or
 * the readout's of `block` packed rows. */
int64_t rondo_gradient_products_size(const rondo_network *network, int64_t rows, int64_t tokens,
                                     int64_t block);

#endif
