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

typedef struct rondo_mean_scale {
    rondo_real scale; /* 1 / divisor */
    rondo_real limit; /* of clipping by value; INFINITY: none */
} rondo_mean_scale;

/* Sum of squares of `count` numbers. [any] */
double rondo_sum_of_squares(const rondo_real *values, int64_t count);

/* The same of the mean, clipped by value; *clipped: some number was beyond the limit. [any] */
double rondo_mean_gradient_measure(const rondo_real *gradient, int64_t count,
                                   const rondo_mean_scale *mean, bool *clipped);

/* The mean, clipped by value, then times `factor`, of clipping by norm; `to` may be `gradient`. [any] */
void rondo_mean_gradient_finish(const rondo_real *gradient, int64_t count,
                                const rondo_mean_scale *mean, rondo_real factor, rondo_real *to);

#endif
