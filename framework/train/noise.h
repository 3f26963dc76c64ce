/* Weight noise (Jim, Giles & Horne 1996; Graves 2011): the gradient of an update is taken at
 * weights to each of which an independent Gaussian number was added, drawn anew for every update;
 * it moves the weights without noise, which are also those that are evaluated. */
#ifndef RONDO_TRAIN_NOISE_H
#define RONDO_TRAIN_NOISE_H

#include "model/pass.h"
#include "session/session.h"

typedef struct rondo_noise {
    double deviation; /* train.weight_noise */
    uint64_t seed;
    rondo_real *weights; /* [layout.size]: the parameters with noise; NULL where there is none */
} rondo_noise;

/* Room for the noisy weights if the config wants noise. Destroy with finish. [main] */
rondo_status rondo_noise_start(const rondo_experiment *experiment, const rondo_layout *layout,
                               rondo_noise *noise, rondo_error *error);
void rondo_noise_finish(rondo_noise *noise);

/* noise->weights = parameters + noise; constants are copied. A number depends on seed, step and the
 * place of the parameter alone. [main] */
void rondo_noise_add(const rondo_noise *noise, const rondo_layout *layout, int64_t step,
                     int threads, const rondo_real *parameters);

/* Loads the weights at which update `step` takes its gradient into the pass, which without noise
 * has them already. [main] */
void rondo_noise_load(const rondo_noise *noise, const rondo_session *session, int64_t step,
                      rondo_pass *pass);

#endif
