/* The parameters: one block, and a table that names its parts.
 *
 * One block means that the gradient and every optimizer slot have the same layout, the update is
 * one loop over slices, and a checkpoint is one table. Parts start at multiples of 16 reals; the
 * gaps are zero and stay zero. Constants stand last, so that gradient and slots end before them.
 */
#ifndef RONDO_MODEL_LAYOUT_H
#define RONDO_MODEL_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "rondo/real.h"

enum { RONDO_MAX_PARAMETER_NAME = 128 };

/* How a part starts; `fan_in`, `fan_out` and `scale` are what its rule needs. */
typedef enum rondo_parameter_role {
    RONDO_ROLE_INPUT_WEIGHTS = 0,     /* rule model.initialization.weights, block by block */
    RONDO_ROLE_RECURRENT_WEIGHTS = 1, /* rule model.initialization.recurrent, block by block */
    RONDO_ROLE_BIASES = 2,            /* the gates' biases; random for the uniform rules */
    RONDO_ROLE_UNIT_PARAMETER = 3,    /* a cell's own: start +- spread */
    RONDO_ROLE_EMBEDDING = 4,
    RONDO_ROLE_ONES = 5,      /* the gains of a layer norm */
    RONDO_ROLE_ZEROS = 6,     /* its biases */
    RONDO_ROLE_FORM = 7,      /* numbers that recurrent weights are a function of (model/forms.h) */
    RONDO_ROLE_PROJECTION = 8 /* of a cell's output: rule model.initialization.weights */
} rondo_parameter_role;

typedef struct rondo_parameter {
    char name[RONDO_MAX_PARAMETER_NAME]; /* "layers/0/forward/recurrent_weights" */
    int64_t rows;                        /* 1 for a vector */
    int64_t columns;
    int64_t offset; /* reals, in the block */
    rondo_parameter_role role;
    int64_t direction; /* index of the layer direction it belongs to, or -1 */
    bool encoder;      /* of an encoder-decoder: the direction is the encoder's */
    int64_t
        unit_parameter;  /* RONDO_ROLE_UNIT_PARAMETER: which of the cell's; -1: recurrent biases */
    int64_t block;       /* RONDO_ROLE_FORM: of recurrent weights */
    int64_t gate, units; /* units > 0: of that gate alone, whose units share it: so many groups */
    bool is_clamped;     /* after every update its values are moved into [low, high] */
    double low, high;
    int64_t group; /* the embedding, a layer, the readout: clip.scope layer */
} rondo_parameter;

typedef struct rondo_layout {
    int64_t count;
    rondo_parameter *parameters;
    int64_t size;          /* reals of the block, gaps included */
    int64_t trainable;     /* reals that training changes, without gaps: what users call the
                              parameter count */
    int64_t trained_count; /* parts that training changes: the first ones */
    int64_t trained_size;  /* reals of the block that they take: all a gradient or a slot has */
    bool freezing;
    int64_t capacity;
    int64_t groups;
} rondo_layout;

/* Parts added from here on are a group of their own, numbered from 0. [main] */
void rondo_layout_begin_group(rondo_layout *layout);

/* Parts added from here on are constants: they have no gradient and no slots. [main] */
void rondo_layout_begin_frozen(rondo_layout *layout);

/* Appends a part to the group begun last; its index in *index. [main] */
rondo_status rondo_layout_add(rondo_layout *layout, const rondo_parameter *parameter,
                              int64_t *index, rondo_error *error);
void rondo_layout_finish(rondo_layout *layout);

/* Index of the part of that name, or -1. */
int64_t rondo_layout_find(const rondo_layout *layout, const char *name);

/* Name of the part that holds block[offset]. */
const char *rondo_layout_name_at(const rondo_layout *layout, int64_t offset);

#endif
