/* Weight noise (Jim, Giles & Horne 1996; Graves 2011): the gradient of an update is taken at
 * weights to each of which an independent Gaussian number was added, drawn anew for every update;
 * it moves the weights without noise, which are also those that are evaluated. */
#ifndef RONDO_TRAIN_NOISE_H
#define RONDO_TRAIN_NOISE_H

#include "model/layout.h"

typedef struct rondo_noise {
    double deviation;
    uint64_t seed;
    int64_t step; /* the update */
} rondo_noise;

/* noisy[layout.size] = parameters + noise; constants are copied. A number depends on seed, step and
 * the place of the parameter alone. [main] */
void rondo_noise_add(const rondo_noise *noise, const rondo_layout *layout, int threads,
                     const rondo_real *parameters, rondo_real *noisy);

#endif
