/* Orthonormal rows for the starting weights of model.initialization: a Gaussian matrix, whose rows
 * are made orthonormal one after another, each keeping its side (what QR with a positive diagonal
 * gives, so all directions are equally likely).
 *
 * Small matrices are made row by row, with the bits that they have always had. Of large ones a
 * block of rows is freed of all rows before it by two matrix products, twice, and its own rows of
 * each other one by one: the same directions, other roundings. Bits do not depend on the thread
 * count.
 */
#ifndef RONDO_MODEL_ORTHOGONAL_H
#define RONDO_MODEL_ORTHOGONAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/random.h"
#include "rondo/real.h"

/* Up to so many rows one by one: as many as the largest of the shipped configs has, whose results
 * are measured. */
enum { RONDO_ORTHOGONAL_PLAIN = 800 };

/* rows <= width; rows `stride` apart. */
typedef struct rondo_orthogonal {
    rondo_random random;
    uint64_t first; /* random index of the first element */
    int64_t rows, width, stride;
    rondo_real *data;
} rondo_orthogonal;

/* Row by row, on the calling thread. [worker] */
void rondo_orthogonal_fill(const rondo_orthogonal *of);

/* By blocks, on all threads; RONDO_FAILED: no memory. [main] */
rondo_status rondo_orthogonal_fill_blocks(const rondo_orthogonal *of, int threads,
                                          rondo_error *error);

#endif
