/* The cell ABI: staged and element-wise.
 *
 * The host owns every matrix product, all memory, all threads and all loops over time. A cell says
 * what is multiplied (its plan) and supplies the element-wise part of one time step (its stages).
 *
 * One time step of one layer, for every stage in order:
 *
 *     gates  = W x_t + b  [+ U source]    gate blocks, each `hidden` wide, side by side
 *     beside = U source + b_recurrent     only for the stage's trailing `beside` blocks, for which
 *                                         `gates` keeps W x_t + b alone
 *     forward(config, tile)               the cell: gates, previous states -> states, made vectors
 *
 * and back, for every stage in reverse order:
 *
 *     backward(config, tile)              gradients of states and made vectors -> gradients of the
 *                                         gate blocks, previous states and made vectors
 *     d_source += d_gates U^T             the host; then weight gradients, after all steps, as
 *                                         products over the whole minibatch
 *
 * `source` of a stage is a state of the preceding step or a vector that an earlier stage of this
 * step made. LSTM: one stage, 4 blocks. GRU, reset before the product: stage one h -> (reset,
 * update), makes r*h; stage two r*h -> candidate. GRU, reset after it: one stage of 3 blocks, the
 * candidate kept beside.
 *
 * In place: forward may overwrite its gate blocks (and beside blocks) with whatever backward needs,
 * usually the activated gates. Backward must leave there the gradient with respect to the values
 * forward found: the pre-activations. That is all the tape most cells need.
 *
 * Who writes what, and nothing outside the tile's rows and units:
 *
 *     forward    writes gates, beside, states, tape and the made vectors of its stage; previous
 *                states and vectors are read only
 *     backward   writes gates and beside; adds to d_previous, and to d_made of earlier stages'
 *                vectors; d_state, states, made vectors, tape, previous states and vectors are read
 *                only: the host, an earlier stage or vector_gradient reads them again
 *
 * A gate block that opens and closes (a sigmoid's value, left there by forward) is named *_gate:
 * `rondo inspect gradients` tells how many of its values are near 0 and near 1.
 *
 * A made vector is written by one stage. The conformance kit checks all of this.
 */
#ifndef RONDO_CELL_H
#define RONDO_CELL_H

#include "rondo/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    RONDO_MAX_STATES = 4,
    RONDO_MAX_MADE = 4,
    RONDO_MAX_STAGES = 4,
    RONDO_MAX_GATES = 8, /* gate blocks of one stage */
    RONDO_MAX_VECTORS = 16,
    RONDO_MAX_TAPE = 8
};

/* A stage's source: state i of the preceding step, or made vector i of this step. */
#define RONDO_SOURCE_STATE(i) (i)
#define RONDO_SOURCE_MADE(i)  (RONDO_MAX_STATES + (i))

/* How a gate block's recurrent weights start. */
typedef enum rondo_recurrent_start {
    RONDO_START_DEFAULT = 0, /* the rule named in the config: model.initialization.recurrent */
    RONDO_START_IDENTITY = 1 /* scale * identity (Le, Jaitly & Hinton 2015) */
} rondo_recurrent_start;

typedef struct rondo_cell_gate {
    const char *name; /* "forget_gate": names parameters, `describe` and gradient tables */
    double bias;      /* value its bias starts with */
    int32_t start;    /* rondo_recurrent_start */
    double scale;     /* of RONDO_START_IDENTITY */
} rondo_cell_gate;

/* A parameter of the cell's own, one value a unit: a peephole, a layer-norm gain. */
typedef struct rondo_cell_vector {
    const char *name;
    double start;  /* value it starts with */
    double spread; /* > 0: uniform in start +- spread instead */
} rondo_cell_vector;

/* The part of one time step that a cell function works on: `rows` sequences times `units` of the
 * layer's hidden units. Pointers are NULL where the plan declares nothing.
 *
 * Shapes (r < rows, u < units):
 *   gate block g          gates[r * gate_stride + g * block_stride + u], g counted over all stages
 *   beside block g        beside[r * beside_stride + g * block_stride + u], counted over all stages
 *   state, previous, made x[i][r * unit_stride + u]
 *   tape block j          tape[r * tape_stride + j * block_stride + u]
 *   vector                vectors[i][u]
 *
 * rondo_tile_gate and its like below give the place of a row.
 */
typedef struct rondo_cell_tile {
    int64_t rows;
    int64_t units;
    int64_t gate_stride;
    int64_t beside_stride;
    int64_t block_stride;
    int64_t unit_stride;
    int64_t tape_stride;
    rondo_real *gates;
    rondo_real *beside;
    const rondo_real *previous[RONDO_MAX_STATES]; /* states of step t-1 */
    rondo_real *state[RONDO_MAX_STATES];          /* states of step t: written by forward */
    rondo_real *made[RONDO_MAX_MADE];             /* written by forward, source of a later stage */
    rondo_real *tape;                             /* written by forward, read by backward */
    const rondo_real *vectors[RONDO_MAX_VECTORS];
    /* backward only */
    rondo_real *d_state[RONDO_MAX_STATES];    /* in: complete gradient of the states of step t */
    rondo_real *d_previous[RONDO_MAX_STATES]; /* add: gradient of the states of step t-1 */
    rondo_real *d_made[RONDO_MAX_MADE];       /* in for the stage that made it, add for others */
} rondo_cell_tile;

/* A row of the tile: units of gate block g, of beside block g, of tape block j; of state, made
 * vector or gradient i. Only of what the plan declares. [worker] */
static inline rondo_real *rondo_tile_gate(const rondo_cell_tile *tile, int64_t row, int64_t g)
{
    return tile->gates + row * tile->gate_stride + g * tile->block_stride;
}

static inline rondo_real *rondo_tile_beside(const rondo_cell_tile *tile, int64_t row, int64_t g)
{
    return tile->beside + row * tile->beside_stride + g * tile->block_stride;
}

static inline rondo_real *rondo_tile_tape(const rondo_cell_tile *tile, int64_t row, int64_t j)
{
    return tile->tape + row * tile->tape_stride + j * tile->block_stride;
}

static inline const rondo_real *rondo_tile_previous(const rondo_cell_tile *tile, int64_t row,
                                                    int64_t i)
{
    return tile->previous[i] + row * tile->unit_stride;
}

static inline rondo_real *rondo_tile_state(const rondo_cell_tile *tile, int64_t row, int64_t i)
{
    return tile->state[i] + row * tile->unit_stride;
}

static inline rondo_real *rondo_tile_made(const rondo_cell_tile *tile, int64_t row, int64_t i)
{
    return tile->made[i] + row * tile->unit_stride;
}

static inline rondo_real *rondo_tile_d_state(const rondo_cell_tile *tile, int64_t row, int64_t i)
{
    return tile->d_state[i] + row * tile->unit_stride;
}

static inline rondo_real *rondo_tile_d_previous(const rondo_cell_tile *tile, int64_t row, int64_t i)
{
    return tile->d_previous[i] + row * tile->unit_stride;
}

static inline rondo_real *rondo_tile_d_made(const rondo_cell_tile *tile, int64_t row, int64_t i)
{
    return tile->d_made[i] + row * tile->unit_stride;
}

typedef void (*rondo_cell_function)(const void *config, const rondo_cell_tile *tile);

typedef struct rondo_cell_stage {
    int32_t source;       /* RONDO_SOURCE_STATE(i) or RONDO_SOURCE_MADE(i) */
    int32_t gate_count;   /* 1 .. RONDO_MAX_GATES */
    int32_t beside_count; /* the last so many blocks keep U source beside W x + b */
    rondo_cell_gate gates[RONDO_MAX_GATES];
    rondo_cell_function forward;  /* [worker] */
    rondo_cell_function backward; /* [worker] */
} rondo_cell_stage;

/* What a cell with given options needs. A pure function of the options. */
typedef struct rondo_cell_plan {
    int32_t state_count;                  /* 1 .. ; state 0 is the layer's output */
    const char *states[RONDO_MAX_STATES]; /* names: "hidden", "cell" */
    int32_t made_count;
    const char *made[RONDO_MAX_MADE];
    int32_t stage_count;
    rondo_cell_stage stages[RONDO_MAX_STAGES];
    int32_t vector_count;
    rondo_cell_vector vectors[RONDO_MAX_VECTORS];
    int32_t tape_count; /* unit-wide tape blocks of one row and step */
    bool whole_rows;    /* tiles must hold all units (layer norm) */
} rondo_cell_plan;

typedef struct rondo_cell {
    rondo_plugin head;

    /* REQUIRED. Fill a zeroed plan. [main] */
    void (*plan)(const void *config, rondo_cell_plan *plan);

    /* REQUIRED where the plan has vectors. Called after backward of all steps, once a step, with
     * all rows of that step: gates and beside hold gradients, state, previous, made and tape what
     * forward left. Adds each row's share to d_vectors[i][u]. The host calls it in a fixed order of
     * steps, so the sum does not depend on the thread count. [worker] */
    void (*vector_gradient)(const void *config, const rondo_cell_tile *tile,
                            rondo_real *const *d_vectors);
} rondo_cell;

#ifdef __cplusplus
}
#endif
#endif
