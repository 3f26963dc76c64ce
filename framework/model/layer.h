/* A layer at work: its directions, layer norm, dropout and the addition of its input. Private to
 * model/.
 *
 * States of a direction are kept in slots, so that the states before a step are always contiguous
 * rows and never copied:
 *
 *   forward   row(after t) = B + offset[t]     row(before t) = t > 0 ? B + offset[t-1] : 0
 *             [ initial B rows | after 0 | after 1 | ... ]          outputs lie packed
 *   backward  row(after t) = t > 0 ? offset[t-1] : N               row(before t) = offset[t]
 *             [ before 0 | before 1 | ... | after 0: B rows ]       previous states lie packed;
 *             rows that start at step t (their own end) get the initial state there first
 *
 * Both take N + B rows.
 */
#ifndef RONDO_MODEL_LAYER_H
#define RONDO_MODEL_LAYER_H

#include "model/inspect.h"
#include "model/pass_private.h"

/* Buffers of one layer in one direction. */
typedef struct rondo_direction_buffers {
    const rondo_direction *direction;
    rondo_partition partition;                         /* of the minibatch at hand */
    rondo_real *gates;                                 /* [N, G H]: tape; d_gates after backward */
    rondo_real *separate;                              /* [N, G' H] */
    rondo_real *state[RONDO_MAX_STATES];               /* [N + B, H] slots; the first P wide, here
                                                          and below */
    rondo_real *intermediate[RONDO_MAX_INTERMEDIATES]; /* [N, H] */
    rondo_real *tape;                                  /* [N, tapes H] */
    rondo_real *carried[RONDO_MAX_STATES];             /* [B, H]: in: initial, out: final states */
    char carried_name[RONDO_MAX_STATES][RONDO_MAX_PARAMETER_NAME];
    /* training only */
    rondo_real *proposed[RONDO_MAX_STATES]; /* [N, H]: what the cell made of a state, before
                                               zoneout; NULL: its slots hold it */
    uint8_t *zoned[RONDO_MAX_STATES];       /* [N, H]: whether the unit kept its preceding value */
    rondo_real *noise;                      /* [N, blocks H]: of a cell that has some, or NULL */
    rondo_real *recurrent_scale;            /* [B, H]: recurrent dropout's factors, or NULL */
    rondo_real *dropped[RONDO_MAX_STAGES]; /* [N, H]: a stage's source times the factors, or NULL */
    rondo_real *d_dropped;                 /* [B, H]: its gradient */
    rondo_real *d_state[RONDO_MAX_STATES]; /* [B, H]: gradient arriving at the step at hand */
    rondo_real *d_previous[RONDO_MAX_STATES]; /* [B, H]: leaving it for the step before */
    rondo_real *d_intermediate[RONDO_MAX_INTERMEDIATES]; /* [B, H] */
    rondo_real *d_initial[RONDO_MAX_STATES];             /* [B, H] */
    rondo_real *d_final
        [RONDO_MAX_STATES]; /* [B, H]: of last states that an encoder gives, or that are pooled;
                                       else NULL: zero */
    /* inspection only */
    rondo_real *kept_gradient[RONDO_MAX_STATES]; /* [N, H]: d_state of every step */
    rondo_gate_activity *activity;               /* [G] */
    rondo_real *row_scalars;                     /* [N, row scalars] */
    /* of a cell whose output is projected, else NULL */
    rondo_real *unprojected;                 /* [N, H]: what the cell makes of state 0 */
    rondo_real *d_unprojected, *d_projected; /* [B, H], [N, P]: gradients of both, training */
    rondo_real *projection_panels, *projection_back_panels;
    rondo_real *d_input; /* [N, I], training: of a cell that reads the input itself */
    /* of biases that some gates do not have: with zeros for these, and their gradient's sums */
    rondo_real *start_biases,
        *start_recurrent_biases;                 /* [G H], [G' H]; NULL: the parameter itself */
    rondo_real *bias_sums, *recurrent_bias_sums; /* training */
    double *row_sums;                            /* training; model/row_sums.h */
    /* U of all gates where some have a form (model/forms.h), [H, G H], and its gradient; else NULL */
    rondo_real *formed_weights, *d_formed_weights;
    double *inverses, *inverse_work; /* of orthogonal ones (model/cayley.h) */
    /* W [I, H] of gates whose units share it (model/groups.h), and its gradient; of other runs NULL */
    rondo_real *grouped_weights[RONDO_MAX_GATE_RUNS], *d_grouped_weights[RONDO_MAX_GATE_RUNS];
    /* packed weights */
    bool gathers_input; /* one-hot: a product is a row of W */
    bool needs_input_gradient;
    rondo_real
        *input_panels[RONDO_MAX_GATE_RUNS]; /* W, of each run of gates that have it; NULL for a
                                                      one-hot input */
    rondo_real *recurrent_panels[RONDO_MAX_STAGES];
    rondo_real *separate_panels[RONDO_MAX_STAGES];
    rondo_real *input_back_panels[RONDO_MAX_GATE_RUNS]; /* W' */
    rondo_real *recurrent_back_panels[RONDO_MAX_STAGES];
    rondo_real *separate_back_panels[RONDO_MAX_STAGES];
} rondo_direction_buffers;

/* Output of one layer: after layer norm, dropout and the addition of its input. */
typedef struct rondo_layer_buffer {
    rondo_real *output;     /* [N, output], or NULL: the forward direction's states serve */
    uint8_t *kept;          /* [N, output]: dropout's choice; NULL without dropout */
    rondo_real *normalised; /* [N, output]: layer norm before gain and bias; NULL without */
    rondo_real *norm_scale; /* [N]: what the row was multiplied by */
    bool in_turn; /* directions of the minibatch at hand: each by all threads, one after another */
} rondo_layer_buffer;

/* The input of a layer: matrix of N packed rows; for layer 0 also the gathered embedding. */
const rondo_real *rondo_pass_layer_input(const rondo_pass *pass, int64_t layer);
const rondo_real *rondo_pass_layer_output(const rondo_pass *pass, int64_t layer);

/* First row of a direction's states before and after step t: see the drawing above. */
int64_t rondo_direction_row_before(const rondo_direction_buffers *buffers, const rondo_batch *batch,
                                   int64_t t);
int64_t rondo_direction_row_after(const rondo_direction_buffers *buffers, const rondo_batch *batch,
                                  int64_t t);

/* The cell's view of rows [first_row, +rows) and units [first_unit, +units) at step t: forward
 * buffers; gradient pointers are left NULL. Of an output that is projected the cell sees what it makes,
 * and nothing of the step before. */
void rondo_direction_tile(const rondo_pass *pass, const rondo_direction_buffers *buffers, int64_t t,
                          int64_t first_row, int64_t rows, int64_t first_unit, int64_t units,
                          rondo_cell_tile *tile);

/* Where the tile's unit `unit` stands in unit parameter `number`: 0 in a shared one. */
int64_t rondo_direction_parameter_unit(const rondo_direction *direction, int32_t number,
                                       int64_t unit);

/* Biases of all gate blocks, and of all separate blocks; 0 of those that have none. */
const rondo_real *rondo_direction_biases(const rondo_pass *pass,
                                         const rondo_direction_buffers *buffers);
const rondo_real *rondo_direction_recurrent_biases(const rondo_pass *pass,
                                                   const rondo_direction_buffers *buffers);

/* Whether a layer's output is not simply the states of its one direction. */
bool rondo_layer_has_own_output(const rondo_layer *layer);

/* The layer at hand (layer.c). */
void rondo_layer_forward(rondo_pass *pass);
void rondo_layer_backward(rondo_pass *pass);

/* Layer normalisation of the layer's output, in place (layer_norm.c). Backward: the output's
 * gradient becomes the one of what was normalised; gains and biases get theirs. */
void rondo_layer_norm_forward(rondo_pass *pass);
void rondo_layer_norm_backward(rondo_pass *pass);

/* Draws the layer's factors of recurrent dropout for the minibatch (recurrent_dropout.c). */
void rondo_recurrent_dropout_draw(rondo_pass *pass);

/* Draws the noise of the layer's cells for the minibatch (cell_noise.c). */
void rondo_cell_noise_draw(rondo_pass *pass);

/* Workers of a parallel run: the layer's directions through all steps (recurrence.c). */
void rondo_recurrence_forward(void *pass, int thread, int count);
void rondo_recurrence_backward(void *pass, int thread, int count);

/* d_input = sum over directions of d_gates W', by row chunks (layer.c). */
rondo_work rondo_input_gradient_work(rondo_pass *pass);

#endif
