/* The optimizer ABI: parameters move along a function of their gradient, slice by slice.
 *
 * The host owns all memory, all threads and all sums over a tensor. One update, of a gradient that is
 * a mean and is clipped:
 *
 *     advance(config, advance)      once: the optimizer's own numbers                     [optional]
 *     direction(config, update)     every slice: where its parameters would go            [optional]
 *     norms of every tensor that the plan asks for, by the host: squares are added up in double,
 *                                   slices in their order
 *     update(config, update)        every slice: parameters and slots
 *
 * A slice is a part of one tensor: of a matrix of weights, an embedding, a vector of biases. The host
 * cuts tensors anywhere and gives the slices to any thread, so a function's result must not depend on
 * where a slice begins: any slicing gives the same bytes. An optimizer that works with rows and
 * columns (Adafactor) says `whole_tensors`: a slice is a tensor then, and one thread does it.
 *
 * Between updates the host keeps, under names that the plugin gives and in every checkpoint,
 *
 *     slots      numbers of rondo_real for every parameter, for every row or column of a tensor, or
 *                one a tensor: momenta, second moments
 *     numbers    a few doubles of the whole run: a product of momenta, a sum of weights
 *
 * all of them 0 before step 1.
 *
 * Evaluation weights: an optimizer that trains with other weights than those that should be used (an
 * average over updates, the x of schedule-free methods) has evaluation_weights. Validation, test, the
 * best checkpoint and all that reads a checkpoint but a resumed run have these; training goes on with
 * its own, which the checkpoint holds as well.
 *
 * What cannot be said: matrix products (Muon, Shampoo), several gradients an update (line search, SAM).
 */
#ifndef RONDO_OPTIMIZER_H
#define RONDO_OPTIMIZER_H

#include "rondo/plugin.h"
#include "rondo/validation.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { RONDO_MAX_SLOTS = 8, RONDO_MAX_OPTIMIZER_NUMBERS = 16 };

/* How many numbers a slot has for a tensor [rows, columns]. All but the first need whole_tensors. */
typedef enum rondo_slot_shape {
    RONDO_SLOT_ELEMENTS = 0, /* as many as the tensor */
    RONDO_SLOT_ROWS = 1,     /* [rows] */
    RONDO_SLOT_COLUMNS = 2,  /* [columns] */
    RONDO_SLOT_TENSOR = 3    /* one */
} rondo_slot_shape;

typedef struct rondo_optimizer_slot {
    const char *name; /* [a-z][a-z0-9_]*: of the checkpoint's group */
    int32_t shape;    /* rondo_slot_shape */
    int32_t reserved_count;
    const void *reserved[2];
} rondo_optimizer_slot;

/* Norms that `update` finds in rondo_update, each the root of the sum of squares over the tensor. */
enum {
    RONDO_NORM_PARAMETER = 1, /* of the parameters before the update */
    RONDO_NORM_GRADIENT = 2,  /* of the clipped mean gradient */
    RONDO_NORM_DIRECTION = 4  /* of what `direction` wrote */
};

/* What the host may count on. */
enum {
    /* Where the gradient is 0, an update changes neither parameters nor slots, and does not need to be called: of an
     * embedding the host then leaves out the rows that no symbol of the minibatch used. Heeded where there are no
     * norms, no `direction` and no whole_tensors. */
    RONDO_OPTIMIZER_ZERO_IS_NO_OP = 1
};

/* What an optimizer with given options needs. A pure function of the options. */
typedef struct rondo_optimizer_plan {
    int32_t slot_count;
    int32_t number_count;
    rondo_optimizer_slot slots[RONDO_MAX_SLOTS];
    const char *numbers[RONDO_MAX_OPTIMIZER_NUMBERS]; /* names, [a-z][a-z0-9_]* */
    uint32_t norms;                                   /* RONDO_NORM_PARAMETER | .. */
    bool whole_tensors;                               /* a slice is a tensor */
    uint64_t flags;                                   /* RONDO_OPTIMIZER_ZERO_IS_NO_OP */
    const void *reserved[15];
} rondo_optimizer_plan;

/* What a tensor is used for: weight decay is often for matrices alone. */
typedef enum rondo_tensor_kind {
    RONDO_TENSOR_WEIGHTS = 1,       /* of a matrix product */
    RONDO_TENSOR_EMBEDDING = 2,     /* a row a symbol */
    RONDO_TENSOR_BIASES = 3,        /* added, of gates, the readout, a layer norm */
    RONDO_TENSOR_GAINS = 4,         /* of a layer norm */
    RONDO_TENSOR_UNIT_PARAMETER = 5 /* of a cell's own: a peephole, a decay */
} rondo_tensor_kind;

typedef struct rondo_optimizer_tensor {
    const char *name; /* "layers/0/forward/recurrent_weights" */
    int64_t rows,
        columns;  /* element [r, c] is number r * columns + c; rows is 1 for a vector. Weights
                              are [inputs, outputs] */
    int32_t kind; /* rondo_tensor_kind */
    int32_t reserved_count;
    const void *reserved[4];
} rondo_optimizer_tensor;

/* Whether weight decay usually leaves it alone. */
static inline bool rondo_optimizer_tensor_is_vector(const rondo_optimizer_tensor *tensor)
{
    return tensor->kind != RONDO_TENSOR_WEIGHTS && tensor->kind != RONDO_TENSOR_EMBEDDING;
}

/* A slice. Arrays are [count], but for slots that are not one number a parameter. */
typedef struct rondo_update {
    int64_t count;                     /* parameters in this slice */
    int64_t step;                      /* 1 for the first update of the run */
    double learning_rate;              /* after the schedule */
    const rondo_real *gradient;        /* mean over tokens, clipped */
    rondo_real *parameter;             /* written by `update` alone */
    rondo_real *slot[RONDO_MAX_SLOTS]; /* written by direction and update; zero before step 1 */
    const double *numbers;             /* as `advance` left them */
    const rondo_optimizer_tensor *tensor;
    int64_t first;         /* element of the tensor at which the slice begins */
    rondo_real *direction; /* of optimizers with `direction`: written there, read by update */
    double parameter_norm, gradient_norm,
        direction_norm; /* in update: of the tensor, those that the
                                                             plan asks for */
    const void *reserved[8];
} rondo_update;

/* Where the run is, before any slice of an update. */
typedef struct rondo_optimizer_advance {
    int64_t step; /* of the update to come, 1 for the first */
    double learning_rate;
    double *numbers; /* of the run; updated */
    const void *reserved[4];
} rondo_optimizer_advance;

typedef struct rondo_optimizer {
    rondo_plugin head;
    double learning_rate; /* default of optimizer.learning_rate */

    /* REQUIRED. Fill a zeroed plan. [main] */
    void (*plan)(const void *config, rondo_optimizer_plan *plan);

    /* REQUIRED. [worker] */
    void (*update)(const void *config, const rondo_update *update);

    /* Once an update, before its slices. NULL: numbers stay as they are. [main] */
    void (*advance)(const void *config, const rondo_optimizer_advance *advance);

    /* Writes update->direction, and slots if it likes. Norms are not there yet. NULL: none. [worker] */
    void (*direction)(const void *config, const rondo_update *update);

    /* After each validation, in order; `step` updates are done. NULL: it does not look. [main] */
    void (*judge)(const void *config, int64_t step, double *numbers,
                  const rondo_validation *validation);

    /* Writes the weights [count] to evaluate with, after update->step updates (1 or more); gradient,
     * rate, direction and norms are not there, and nothing else is written. NULL: those of training.
     * [worker] */
    void (*evaluation_weights)(const void *config, const rondo_update *update, rondo_real *weights);
    const void *reserved[16];
} rondo_optimizer;

#ifdef __cplusplus
}
#endif
#endif
