/* One update: the gradient of the sum becomes the mean, is clipped, and the optimizer plugin moves
 * the parameters; in parallel over slices of fixed size, so the thread count cannot change a bit.
 */
#ifndef RONDO_TRAIN_UPDATE_H
#define RONDO_TRAIN_UPDATE_H

#include <stdint.h>

#include "base/error.h"
#include "config/experiment.h"
#include "rondo/optimizer.h"

typedef struct rondo_updater {
    const rondo_optimizer *optimizer;
    const void *options;
    rondo_clip_config clip;
    int64_t size; /* reals of the parameter block */
    int threads;
    int32_t slot_count;
    const char *slot_names[RONDO_MAX_SLOTS];
    rondo_real *slots[RONDO_MAX_SLOTS]; /* [size] each */
    double *slice_sums;                 /* sums of squares, one a slice */
} rondo_updater;

/* Slots start at zero. Destroy with finish. [main] */
rondo_status rondo_updater_start(const rondo_experiment *experiment, int64_t size, int threads,
                                 rondo_updater *updater, rondo_error *error);
void rondo_updater_finish(rondo_updater *updater);

/* Bytes that start takes for `size` parameters. */
size_t rondo_updater_bytes(const rondo_experiment *experiment, int64_t size);

typedef struct rondo_update_report {
    double gradient_norm; /* of the mean gradient, after clipping by value, before by norm */
    bool clipped;         /* by norm */
} rondo_update_report;

/* gradient is that of the sum of losses; it is divided in place by `divisor`, the minibatch's
 * tokens or sequences (loss.normalization). A norm that is not finite leaves the parameters as they
 * were; the caller stops the run. Cannot fail. [main] */
rondo_update_report rondo_updater_apply(rondo_updater *updater, rondo_real *parameters,
                                        rondo_real *gradient, double divisor, double learning_rate,
                                        int64_t step);

#endif
