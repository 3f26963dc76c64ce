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
#include "model/used_rows.h"
#include "rondo/optimizer.h"
#include "store/checkpoint.h"

/* Most numbers of a slice, but for optimizers of whole tensors. */
enum { RONDO_UPDATE_SLICE = 8192 };

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

/* A piece of one tensor: what the optimizer is given at a time. */
typedef struct rondo_tensor_slice {
    int64_t tensor;
    int64_t first, count; /* of the tensor */
    double squares[3];    /* of parameters, gradient and direction: sums */
} rondo_tensor_slice;

/* A tensor, by its number in the layout. */
typedef struct rondo_tensor_place {
    rondo_optimizer_tensor tensor;
    int64_t offset;    /* in the parameter block */
    int64_t group;     /* of clipping */
    int64_t first_row; /* in slots with a number for each row of all tensors; columns likewise */
    int64_t first_column;
    double norms[3];
} rondo_tensor_place;

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
    rondo_optimizer_plan plan;
    rondo_real *slots[RONDO_MAX_SLOTS];          /* every tensor's numbers, one behind the other */
    double numbers[RONDO_MAX_OPTIMIZER_NUMBERS]; /* of the optimizer's own */
    rondo_real *direction;                       /* [trained_size]; NULL: the optimizer has none */
    double decay;                                /* of the average; 0: there is none */
    rondo_real *average; /* [trained_size], of the parameters after each update; NULL: none */
    int64_t slice_count, group_count;
    rondo_update_slice *slices;
    rondo_update_group *groups;
    int64_t tensor_count, tensor_slice_count;
    rondo_tensor_place *tensors;
    rondo_tensor_slice *tensor_slices;
    int64_t clamp_count;
    rondo_update_clamp *clamps;
} rondo_updater;

/* Slots and numbers start at zero. The layout is read here, and its names must stay. Destroy with
 * finish. [main] */
rondo_status rondo_updater_start(const rondo_experiment *experiment, const rondo_layout *layout,
                                 int threads, rondo_updater *updater, rondo_error *error);
void rondo_updater_finish(rondo_updater *updater);

/* Bytes that start takes, and what evaluation weights need besides. */
size_t rondo_updater_bytes(const rondo_experiment *experiment, const rondo_layout *layout);

/* Where the slot's part of tensor t begins. */
rondo_real *rondo_slot_part_of(const rondo_updater *updater, int32_t slot, int64_t t);

/* Numbers of a slot. */
int64_t rondo_updater_slot_size(const rondo_updater *updater, const rondo_layout *layout,
                                int32_t slot);

/* A slot as arrays of a checkpoint, one for each tensor: "<slot>/<tensor>"; free with
 * rondo_arrays_destroy. */
rondo_status rondo_updater_slot_arrays(const rondo_updater *updater, const rondo_layout *layout,
                                       int32_t slot, rondo_array **out, rondo_error *error);

typedef struct rondo_update_report {
    double gradient_norm; /* of the whole mean gradient, clipped by value, not yet by norm */
    bool clipped;         /* by value or by norm, at least somewhere */
} rondo_update_report;

/* Whether `used` below can be given: not where tensors are looked at whole. [any] */
bool rondo_updater_takes_used_rows(const rondo_updater *updater);

/* gradient is that of the sum of losses. Where `used` is not NULL, only used rows of that embedding have one; that of
 * the others is 0, and what stands there is not read. The optimizer sees it divided by `divisor`, the minibatch's tokens or
 * sequences (loss.normalization), and clipped; what stands in it afterwards is not defined. A norm that is not finite
 * leaves gradient and parameters as they were; the caller stops the run. Afterwards parameters with a range of their
 * own are moved into it. Cannot fail. [main] */
rondo_update_report rondo_updater_apply(rondo_updater *updater, rondo_real *parameters,
                                        rondo_real *gradient, const rondo_used_rows *used,
                                        double divisor, double learning_rate, int64_t step);

/* The average is what evaluation had when a checkpoint was written. [main] */
void rondo_updater_restore_average(rondo_updater *updater, const rondo_real *weights);

/* Tells the optimizer of a validation after `step` updates. [main] */
void rondo_updater_judge(rondo_updater *updater, int64_t step, const rondo_validation *validation);

/* Whether evaluation has other weights than training, the optimizer's or the average; and these, of
 * all trained tensors, after `step` updates, into `weights`, which is not `parameters`. [main] */
bool rondo_updater_has_evaluation_weights(const rondo_updater *updater);
void rondo_updater_evaluation_weights(rondo_updater *updater, rondo_real *parameters, int64_t step,
                                      rondo_real *weights);

#endif
