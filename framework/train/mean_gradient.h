/* Pieces of a gradient: that of a sum of losses becomes that of their mean, clipped (Pascanu, Mikolov & Bengio 2013).
 * Private to train/.
 *
 * Sums of squares have 16 partial sums, whatever the processor's vectors, so that every machine gives the
 * same bits.
 */
#ifndef RONDO_TRAIN_MEAN_GRADIENT_H
#define RONDO_TRAIN_MEAN_GRADIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "rondo/plugin.h"

enum { RONDO_SQUARE_SUMS = 16 };

typedef struct rondo_mean_scale {
    rondo_real scale; /* 1 / divisor */
    rondo_real limit; /* of clipping by value; INFINITY: none */
} rondo_mean_scale;

/* Sum of squares of `count` numbers. [any] */
double rondo_sum_of_squares(const rondo_real *values, int64_t count);

/* Squares of a slice of the mean gradient. Start with zeros. */
typedef struct rondo_gradient_squares {
    double sums[RONDO_SQUARE_SUMS];
    bool clipped; /* some number was beyond the limit */
} rondo_gradient_squares;

/* Adds the squares of the mean, clipped by value, of numbers [first, +count) of the slice: gradient[0] is number
 * `first`. Numbers that are left out count as 0. [any] */
void rondo_gradient_squares_add(const rondo_real *gradient, int64_t first, int64_t count,
                                const rondo_mean_scale *mean, rondo_gradient_squares *squares);
double rondo_gradient_squares_total(const rondo_gradient_squares *squares);

/* The mean, clipped by value, then times `factor`, of clipping by norm; `to` may be `gradient`. [any] */
void rondo_mean_gradient_finish(const rondo_real *gradient, int64_t count,
                                const rondo_mean_scale *mean, rondo_real factor, rondo_real *to);

#endif
