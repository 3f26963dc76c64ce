/* Orthogonal recurrent weights by the Cayley transform (Helfrich, Willmott & Ye 2018, arXiv:1707.09520):
 * with A = -A', which its numbers above the diagonal give, row by row, and a diagonal D of +1 and -1,
 *
 *     W = (I + A)^-1 (I - A) D = (2 M - I) D,   M = (I + A)^-1,   U = W'
 *
 * and back (theorem 3.2; G = dU'), with W + D = 2 M D:
 *
 *     F = -M' G (W + D)' = -2 M' G D M',   d a_ij = F_ij - F_ji   (i < j)
 *
 * Everything in double precision, so that U of a float build is orthogonal to its last bits. Bits do not
 * depend on the thread count. Private to model/. */
#ifndef RONDO_MODEL_CAYLEY_H
#define RONDO_MODEL_CAYLEY_H

#include <stdint.h>

#include "rondo/real.h"

typedef struct rondo_cayley {
    int64_t hidden;
    int64_t negative; /* D is -1 for the first units */
    double *inverse;  /* [hidden, hidden]: M, left by expand for reduce */
    double *work;     /* two of them; of reduce */
} rondo_cayley;

/* U, rows `stride` apart, out of the numbers of A; their gradient out of dU. [main] */
void rondo_cayley_expand(const rondo_cayley *cayley, const rondo_real *stored, rondo_real *u,
                         int64_t stride, int threads);
void rondo_cayley_reduce(const rondo_cayley *cayley, const rondo_real *d_u, int64_t stride,
                         rondo_real *d_stored, int threads);

#endif
