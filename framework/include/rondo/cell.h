/* The cell ABI: staged and element-wise.
 *
 * The host owns every matrix product, all memory, all threads and all loops over time. A cell says
 * what is multiplied (its plan) and supplies the element-wise part of one time step (its stages).
 *
 * One time step of one layer, for every stage in order:
 *
 *     gates    = W x_t + b  [+ U source]   gate blocks, each `hidden` wide, side by side
 *     separate = U source + b_recurrent    only for the stage's trailing `separate_count` blocks, for
 *                                          which `gates` keeps W x_t + b alone
 *     forward(config, tile)                the cell: gates, previous states -> states, intermediates
 *
 * and back, for every stage in reverse order:
 *
 *     backward(config, tile)               gradients of states and intermediates -> gradients of the
 *                                          gate blocks, previous states and intermediates
 *     d_source += d_gates U^T              the host; then weight gradients, after all steps, as
 *                                          products over the whole minibatch
 *
 * `source` of a stage is a state of the preceding step, an intermediate, which an earlier stage of
 * this step made, or nothing: RONDO_SOURCE_NONE. A gate block may be without W (RONDO_GATE_NO_INPUT)
 * and without b (RONDO_GATE_NO_BIAS). What there is not costs nothing: it is not multiplied, stored
 * or counted. A cell none of whose stages has a source (minGRU, QRNN, IndRNN) has no U at all.
 *
 * LSTM: one stage, 4 blocks. GRU, reset after the product: one stage of 3 blocks, the candidate's U h
 * kept separate. GRU, reset before the product, worked out; r, z and n are its gate blocks 0, 1, 2:
 *
 *     stage 0, source h_{t-1}, blocks r, z      stage 1, source intermediate `reset_hidden`, block n
 *     forward:  r = sigmoid(r)                  forward:  n = tanh(n)
 *               z = sigmoid(z)                            h = (1 - z) h_{t-1} + z n
 *               reset_hidden = r h_{t-1}
 *     backward, stage 1 first:
 *       stage 1:  d_previous += dh (1 - z)           stage 0:  e = d_intermediate (complete by now)
 *                 d_n = dh z (1 - n^2)                         d_previous += e r
 *                 d_z = dh (n - h_{t-1}) z (1 - z)             d_r = e h_{t-1} r (1 - r)
 *
 * each d_gate left in the place of its gate block. Stage 1 may write d_z already: a later stage may use
 * and write the blocks of earlier ones. Between the two the host adds d_n U_n^T to d_intermediate.
 *
 * In place: forward may overwrite its gate blocks (and separate blocks) with whatever backward needs,
 * usually the activated gates. Backward must leave there the gradient with respect to the values
 * forward found: the pre-activations. That is all the tape most cells need.
 *
 * Who writes what, and nothing outside the tile's rows and units:
 *
 *     forward    writes gates, separate, states, tape, row scalars and the intermediates of its stage;
 *                previous states, the input and unit parameters are read only
 *     backward   writes gates, separate, tape and row scalars; adds to d_previous, to d_input and to
 *                d_intermediate of earlier stages; d_state, states, intermediates, previous states, the
 *                input and unit parameters are read only
 *     unit_parameter_gradient   reads all of that as backward left it
 *
 * The gradient of a parameter of the cell's own that is no function of gate gradients (a layer-norm
 * gain inside a gate, a time constant): backward leaves what it needs in the tape.
 *
 * A gate block that opens and closes (a sigmoid's value, left there by forward) is named *_gate:
 * `rondo inspect gradients` tells how many of its values are near 0 and near 1.
 *
 * An intermediate is written by one stage. The conformance kit checks all of this.
 *
 * Without derivatives by hand: rondo/autodiff.h makes forward and backward of the equations.
 *
 * The output may be of another width than the cell (rondo_cell_plan.projection: LSTMP): the host makes
 * state 0 of what forward leaves of it, after the last stage, and gives backward the gradient of that.
 *
 * A gate, and a state, may have fewer values than there are units (rondo_cell_gate.unit_group and
 * source_group): hidden / k, each of which k consecutive units share. Blocks and tiles are as wide as all
 * others and hold every value k times; what is stored, counted and trained are the weights of hidden / k
 * values. A master gate of ON-LSTM is such a gate. A state whose writers all have one group is one of
 * hidden / k values: the context of SCRN, read by gates with that source_group.
 *
 * What cannot be said: states that are matrices (mLSTM, Mamba, NTM); a width that is neither `hidden` nor
 * hidden / k nor an output's; an output of another width that the cell itself reads, or
 * that is an intermediate's (a GRU with a projection);
 * statistics over rows (batch normalisation), because a row's bits must not depend on its neighbours;
 * recurrent weights that two gates share.
 */
#ifndef RONDO_CELL_H
#define RONDO_CELL_H

#include "rondo/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    RONDO_MAX_STATES = 8,
    RONDO_MAX_INTERMEDIATES = 16,
    RONDO_MAX_STAGES = 16,
    RONDO_MAX_GATES = 16, /* gate blocks of one stage */
    RONDO_MAX_UNIT_PARAMETERS = 32,
    RONDO_MAX_TAPE = 16,
    RONDO_MAX_ROW_SCALARS = 16,
    RONDO_MAX_NOISE = 8,
    RONDO_MAX_PROJECTION = 1 << 20, /* width of a projected output */
    RONDO_MAX_GROUP = 1 << 16       /* units that share a gate's weights */
};

/* A stage's source: nothing, state i of the preceding step, or intermediate i of this step. */
#define RONDO_SOURCE_NONE            (-1)
#define RONDO_SOURCE_STATE(i)        (i)
#define RONDO_SOURCE_INTERMEDIATE(i) (64 + (i))

/* How a gate block's recurrent weights start. */
typedef enum rondo_recurrent_start {
    RONDO_START_DEFAULT = 0, /* the rule named in the config: model.initialization.recurrent */
    RONDO_START_IDENTITY = 1 /* scale * identity (Le, Jaitly & Hinton 2015) */
} rondo_recurrent_start;

/* The form of a gate block's recurrent weights U [hidden, hidden], whose row j is what source unit j
 * gives: a function of fewer stored numbers, computed once an update. The product is a dense one all the
 * same. Blocks and groups are ranges of units of nearly equal size. */
typedef enum rondo_recurrent_form {
    RONDO_FORM_DENSE = 0,
    RONDO_FORM_BLOCK_DIAGONAL = 1, /* form_size blocks: a unit sees those of its block (heads) */
    RONDO_FORM_BLOCK_TRIANGULAR =
        2,                        /* form_size groups: a unit sees its own group and later ones */
    RONDO_FORM_ANTISYMMETRIC = 3, /* A - A', A strictly upper triangular */
    RONDO_FORM_LOW_RANK = 4,      /* P Q, P [hidden, form_size], Q [form_size, hidden] */
    /* Revision 2. Dale's principle: U = D max(A, 0), so that all that a source unit gives has one sign:
     * D is +1 for the first form_share of the units, -1 for the others (Song, Yang & Wang 2016). */
    RONDO_FORM_DALE = 5,
    /* Revision 2. U' = (I + A)^-1 (I - A) D, A = -A', orthogonal whatever A is; D is -1 for the first
     * form_share of the units, +1 for the others (Helfrich, Willmott & Ye 2018). */
    RONDO_FORM_ORTHOGONAL = 6
} rondo_recurrent_form;

enum {
    RONDO_GATE_NO_INPUT = 1,          /* no W: the block starts as b, or as 0 */
    RONDO_GATE_NO_BIAS = 2,           /* no b; of a separate block, no recurrent b either */
    RONDO_GATE_NO_RECURRENT_BIAS = 4, /* of a separate block: no recurrent b */
    RONDO_GATE_FROZEN = 8 /* revision 2: W, U and b stay as they start, as a reservoir's; what flows
                             back through them is the same */
};

/* Where a number starts that differs from unit to unit: a function of the unit (0 .. hidden-1) and of
 * a uniform random number in [0, 1) of its own. [main] */
typedef double (*rondo_unit_start)(const void *config, int64_t unit, int64_t hidden, double random);

typedef struct rondo_cell_gate {
    const char *name; /* "forget_gate": names parameters, `describe` and gradient tables */
    double bias;      /* value its bias starts with */
    double scale;     /* of RONDO_START_IDENTITY */
    int32_t start;    /* rondo_recurrent_start */
    uint32_t flags;   /* RONDO_GATE_NO_INPUT | .. */
    rondo_unit_start bias_start; /* instead of `bias`; NULL: none */
    int32_t form;                /* rondo_recurrent_form */
    int32_t form_size;           /* blocks, groups or rank; of other forms 0 */
    double form_share;           /* of RONDO_FORM_DALE and _ORTHOGONAL, 0 to 1; of other forms 0 */
    /* Revision 3. Both: 0 or 1 for none; `hidden` is divisible by them; of dense gates that are trained.
     * unit_group k: every k consecutive units have the same weights and bias, so the block holds hidden / k
     * values, each k times. W [input, hidden / k], U [.., hidden / k] and b [hidden / k]; the group stands
     * for the unit in bias_start. Only the sum of a group's gradients counts: backward may leave all of it
     * in one unit, with 0 in the others.
     * source_group k: U [hidden / k, ..] is multiplied by the means of every k consecutive units of the
     * source: by its values, where it holds each k times. */
    int32_t unit_group, source_group;
    const void *reserved[2];
} rondo_cell_gate;

enum {
    RONDO_PARAMETER_SHARED = 1,  /* one value for all units: unit_parameters[i][0] only */
    RONDO_PARAMETER_CLAMPED = 2, /* after every update moved into [low, high] */
    RONDO_PARAMETER_FROZEN = 4   /* revision 2: stays as it starts; it has no gradient:
                                    d_unit_parameters[i] is NULL */
};

/* A parameter of the cell's own, one value per unit: a peephole, a layer-norm gain, a decay. */
typedef struct rondo_cell_unit_parameter {
    const char *name;
    double start;  /* value it starts with */
    double spread; /* > 0: uniform in start +- spread instead */
    double low, high;
    uint32_t flags;              /* RONDO_PARAMETER_SHARED | .. */
    rondo_unit_start unit_start; /* instead of start and spread; NULL: none */
    const void *reserved[4];
} rondo_cell_unit_parameter;

/* The part of one time step that a cell function works on: `rows` sequences times `units` of the
 * layer's hidden units. Pointers are NULL where the plan declares nothing.
 *
 * Shapes (r < rows, u < units):
 *   gate block g        gates[r * gate_stride + g * block_stride + u], g counted over all stages
 *   separate block g    separate[r * separate_stride + g * block_stride + u], over all stages
 *   state, previous, intermediate   x[i][r * unit_stride + u]
 *   tape block j        tape[r * tape_stride + j * block_stride + u]
 *   row scalar j        row_scalars[r * row_scalar_stride + j]
 *   unit parameter      unit_parameters[i][u]; shared: [i][0]
 *   input               input[r * input_stride + k], k < input_width
 *   noise block j       noise[r * noise_stride + j * block_stride + u]
 *
 * rondo_tile_gate and its like below give the place of a row.
 */
typedef struct rondo_cell_tile {
    int64_t rows;
    int64_t units;
    int64_t first_unit; /* of the layer's; units are first_unit .. first_unit + units - 1 */
    int64_t hidden;     /* of the layer */
    int64_t step;       /* of the minibatch: 0 where it begins. Generation takes single steps, and a
                           stream comes in pieces: a cell that depends on time counts it in a state */
    int64_t stage;
    int64_t gate_stride;
    int64_t separate_stride;
    int64_t block_stride;
    int64_t unit_stride;
    int64_t tape_stride;
    int64_t row_scalar_stride;
    int64_t input_stride;
    int64_t input_width;
    rondo_real *gates;
    rondo_real *separate;
    rondo_real *tape;        /* written by forward, read and written by backward */
    rondo_real *row_scalars; /* as the tape, one number per row; of cells with whole_rows */
    const rondo_real *input; /* x_t; of cells that want it */
    rondo_real *d_input;     /* backward only: add */
    const rondo_real *previous[RONDO_MAX_STATES]; /* states of step t-1 */
    rondo_real *state[RONDO_MAX_STATES];          /* states of step t: written by forward */
    rondo_real
        *intermediate[RONDO_MAX_INTERMEDIATES]; /* written by forward: a later stage's source */
    const rondo_real *unit_parameters[RONDO_MAX_UNIT_PARAMETERS];
    /* backward only */
    const rondo_real *d_state[RONDO_MAX_STATES]; /* in: complete gradient of the states of step t */
    rondo_real *d_previous[RONDO_MAX_STATES];    /* add: gradient of the states of step t-1 */
    rondo_real *d_intermediate[RONDO_MAX_INTERMEDIATES]; /* in for the stage that made it, add for
                                                            others */
    /* Revision 2. Draws of the standard normal distribution, each unit's own at each step; read only. The
     * same for forward, backward and unit_parameter_gradient of an update. NULL but in training. */
    const rondo_real *noise;
    int64_t noise_stride;
} rondo_cell_tile;

/* A row of the tile: units of gate block g, of separate block g, of tape block j; of state,
 * intermediate or gradient i; its row scalars; its input. Only of what the plan declares. [worker] */
static inline rondo_real *rondo_tile_gate(const rondo_cell_tile *tile, int64_t row, int64_t g)
{
    return tile->gates + row * tile->gate_stride + g * tile->block_stride;
}

static inline rondo_real *rondo_tile_separate(const rondo_cell_tile *tile, int64_t row, int64_t g)
{
    return tile->separate + row * tile->separate_stride + g * tile->block_stride;
}

static inline rondo_real *rondo_tile_tape(const rondo_cell_tile *tile, int64_t row, int64_t j)
{
    return tile->tape + row * tile->tape_stride + j * tile->block_stride;
}

static inline rondo_real *rondo_tile_row_scalars(const rondo_cell_tile *tile, int64_t row)
{
    return tile->row_scalars + row * tile->row_scalar_stride;
}

static inline const rondo_real *rondo_tile_noise(const rondo_cell_tile *tile, int64_t row,
                                                 int64_t j)
{
    return tile->noise + row * tile->noise_stride + j * tile->block_stride;
}

static inline const rondo_real *rondo_tile_input(const rondo_cell_tile *tile, int64_t row)
{
    return tile->input + row * tile->input_stride;
}

static inline rondo_real *rondo_tile_d_input(const rondo_cell_tile *tile, int64_t row)
{
    return tile->d_input + row * tile->input_stride;
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

static inline rondo_real *rondo_tile_intermediate(const rondo_cell_tile *tile, int64_t row,
                                                  int64_t i)
{
    return tile->intermediate[i] + row * tile->unit_stride;
}

static inline const rondo_real *rondo_tile_d_state(const rondo_cell_tile *tile, int64_t row,
                                                   int64_t i)
{
    return tile->d_state[i] + row * tile->unit_stride;
}

static inline rondo_real *rondo_tile_d_previous(const rondo_cell_tile *tile, int64_t row, int64_t i)
{
    return tile->d_previous[i] + row * tile->unit_stride;
}

static inline rondo_real *rondo_tile_d_intermediate(const rondo_cell_tile *tile, int64_t row,
                                                    int64_t i)
{
    return tile->d_intermediate[i] + row * tile->unit_stride;
}

typedef void (*rondo_cell_function)(const void *config, const rondo_cell_tile *tile);

/* forward or backward of a stage that is there for its products only: a later one does the work. */
static inline void rondo_cell_no_work(const void *config, const rondo_cell_tile *tile)
{
    (void)config;
    (void)tile;
}

typedef struct rondo_cell_stage {
    int32_t source;         /* RONDO_SOURCE_NONE, _STATE(i) or _INTERMEDIATE(i) */
    int32_t gate_count;     /* 0 .. RONDO_MAX_GATES; 1 .. with a source */
    int32_t separate_count; /* the last so many blocks keep U source apart from W x + b */
    int32_t reserved_count;
    rondo_cell_gate gates[RONDO_MAX_GATES];
    rondo_cell_function forward;  /* [worker] */
    rondo_cell_function backward; /* [worker] */
    const void *reserved[8];
} rondo_cell_stage;

/* What a cell with given options needs. A pure function of the options. */
typedef struct rondo_cell_plan {
    int32_t state_count;                  /* 1 .. ; state 0 is the layer's output */
    const char *states[RONDO_MAX_STATES]; /* names: "hidden", "cell" */
    int32_t intermediate_count;
    const char *intermediates[RONDO_MAX_INTERMEDIATES];
    int32_t stage_count;
    rondo_cell_stage stages[RONDO_MAX_STAGES];
    int32_t unit_parameter_count;
    rondo_cell_unit_parameter unit_parameters[RONDO_MAX_UNIT_PARAMETERS];
    int32_t tape_count;       /* unit-wide tape blocks of one row and step */
    int32_t row_scalar_count; /* numbers of one row and step; only with whole_rows */
    bool whole_rows;          /* tiles must hold all units (layer norm) */
    bool needs_equal_widths;  /* the input must be `hidden` wide; only with wants_input */
    bool wants_input; /* the tile has x_t itself and takes its gradient; only with whole_rows */
    /* Revision 2. > 0: the output is so wide: state 0 = what forward leaves of it times W_p [hidden,
     * projection], which the host has. Stages read it, all that have a source; the cell does not: previous
     * and d_previous of state 0 are NULL, state and d_state as wide as all else. */
    int64_t projection;
    /* Revision 2. Blocks of noise, unit-wide, of one row and step: tile->noise. */
    int32_t noise_count;
    int32_t reserved_count;
    /* Revision 2. NULL, or why there is no plan with these options, in words, and the name of what is meant or
     * NULL: "plan: refusal 'refused'". Texts that last as long as the plugin. */
    const char *refusal, *refused;
    const void *reserved[28];
} rondo_cell_plan;

typedef struct rondo_cell {
    rondo_plugin head;

    /* REQUIRED. Fill a zeroed plan. [main] */
    void (*plan)(const void *config, rondo_cell_plan *plan);

    /* REQUIRED where the plan has unit parameters that are not frozen. Called after backward of all steps, once a step,
     * with all rows of that step: gates, separate, tape and row scalars hold what backward left, state,
     * previous and intermediates what forward left; gradients other than these are NULL. Adds each
     * row's share to d_unit_parameters[i][u]. The host calls it in a fixed order of steps, so the sum
     * does not depend on the thread count. [worker] */
    void (*unit_parameter_gradient)(const void *config, const rondo_cell_tile *tile,
                                    rondo_real *const *d_unit_parameters);

    /* Revision 1. NULL: backward is the derivative of forward. Otherwise what it is instead, in words, where
     * forward has steps ("the slope of a sigmoid for the spike's", "straight-through"): the conformance kit
     * then compares no gradients with differences, and says so. */
    const char *surrogate;
} rondo_cell;

#ifdef __cplusplus
}
#endif
#endif
