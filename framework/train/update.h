/* One update: the gradient of the sum becomes the mean, is clipped (Pascanu, Mikolov & Bengio
 * 2013), and the optimizer plugin moves the parameters; in parallel over slices that the layout
 * alone determines, so the thread count cannot change a bit.
 */
#ifndef RONDO_TRAIN_UPDATE_H
#define RONDO_TRAIN_UPDATE_H

#include <stdint.h>

#include "base/error.h"
#include "config/experiment.h"
#include "model/layout.h"
#include "rondo/optimizer.h"

/* A piece of the parameter block; `group` says whose norm it belongs to. */
typedef struct rondo_update_slice {
    int64_t first, count;
    int64_t group;
    double sum;   /* of squares */
    bool clipped; /* by value, somewhere in it */
} rondo_update_slice;

/* What has one norm: all parameters, or with clip.scope layer a group of the layout. */
typedef struct rondo_update_group {
    double norm;
    double factor; /* of clipping by norm */
} rondo_update_group;

/* A unit parameter that is kept in a range (rondo/cell.h). */
typedef struct rondo_update_clamp {
    int64_t first, count;
    rondo_real low, high;
} rondo_update_clamp;

typedef struct rondo_updater {
    const rondo_optimizer *optimizer;
    const void *options;
    rondo_clip_config clip;
    int threads;
    int32_t slot_count;
    const char *slot_names[RONDO_MAX_SLOTS];
    rondo_real *slots[RONDO_MAX_SLOTS]; /* [trained_size] each */
    int64_t slice_count, group_count;
    rondo_update_slice *slices;
    rondo_update_group *groups;
    int64_t clamp_count;
    rondo_update_clamp *clamps;
} rondo_updater;

/* Slots start at zero. The layout is read here only. Destroy with finish. [main] */
rondo_status rondo_updater_start(const rondo_experiment *experiment, const rondo_layout *layout,
                                 int threads, rondo_updater *updater, rondo_error *error);
void rondo_updater_finish(rondo_updater *updater);

/* Bytes that start takes. */
size_t rondo_updater_bytes(const rondo_experiment *experiment, const rondo_layout *layout);

typedef struct rondo_update_report {
    double gradient_norm; /* of the whole mean gradient, clipped by value, not yet by norm */
    bool clipped;         /* by value or by norm, at least somewhere */
} rondo_update_report;

/* gradient is that of the sum of losses; it is divided in place by `divisor`, the minibatch's
 * tokens or sequences (loss.normalization). A norm that is not finite leaves the parameters as they
 * were; the caller stops the run. Afterwards
 * parameters with a range of their own are moved into it. Cannot fail. [main] */
rondo_update_report rondo_updater_apply(rondo_updater *updater, rondo_real *parameters,
                                        rondo_real *gradient, double divisor, double learning_rate,
                                        int64_t step);

#endif
