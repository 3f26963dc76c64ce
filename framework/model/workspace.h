/* Inside a pass: its buffers and what its stations share. Private to model/.
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
#ifndef RONDO_MODEL_WORKSPACE_H
#define RONDO_MODEL_WORKSPACE_H

#include "base/memory.h"
#include "base/parallel.h"
#include "base/product.h"
#include "model/inspect.h"
#include "model/pass.h"
#include "threads/partition.h"
#include "threads/thread_speed.h"

/* Rows of a chunk of a row-parallel product: a multiple of every register block. */
enum { RONDO_CHUNK = 96 };

/* Buffers of one layer in one direction. */
typedef struct rondo_direction_buffers {
    const rondo_direction *direction;
    rondo_partition partition;             /* of the minibatch at hand */
    rondo_real *gates;                     /* [N, G H]: tape; d_gates after backward */
    rondo_real *beside;                    /* [N, G' H] */
    rondo_real *state[RONDO_MAX_STATES];   /* [N + B, H] slots */
    rondo_real *made[RONDO_MAX_MADE];      /* [N, H] */
    rondo_real *tape;                      /* [N, tapes H] */
    rondo_real *carried[RONDO_MAX_STATES]; /* [B, H]: in: initial, out: final states */
    char carried_name[RONDO_MAX_STATES][RONDO_MAX_PARAMETER_NAME];
    /* training only */
    rondo_real *proposed[RONDO_MAX_STATES]; /* [N, H]: what the cell made of a state, before
                                               zoneout; NULL: its slots hold it */
    uint8_t *zoned[RONDO_MAX_STATES];       /* [N, H]: whether the unit kept its preceding value */
    rondo_real *recurrent_scale;            /* [B, H]: recurrent dropout's factors, or NULL */
    rondo_real *dropped[RONDO_MAX_STAGES]; /* [N, H]: a stage's source times the factors, or NULL */
    rondo_real *d_dropped;                 /* [B, H]: its gradient */
    rondo_real *d_state[RONDO_MAX_STATES]; /* [B, H]: gradient arriving at the step at hand */
    rondo_real *d_previous[RONDO_MAX_STATES]; /* [B, H]: leaving it for the step before */
    rondo_real *d_made[RONDO_MAX_MADE];       /* [B, H] */
    rondo_real *d_initial[RONDO_MAX_STATES];  /* [B, H] */
    rondo_real
        *d_final[RONDO_MAX_STATES]; /* [B, H]: of an encoder's last states; else NULL: zero */
    /* inspection only */
    rondo_real *kept_gradient[RONDO_MAX_STATES]; /* [N, H]: d_state of every step */
    rondo_gate_activity *activity;               /* [G] */
    /* packed weights */
    rondo_real *input_panels; /* W;   NULL for a one-hot input */
    rondo_real *recurrent_panels[RONDO_MAX_STAGES];
    rondo_real *beside_panels[RONDO_MAX_STAGES];
    rondo_real *input_back_panels; /* W' */
    rondo_real *recurrent_back_panels[RONDO_MAX_STAGES];
    rondo_real *beside_back_panels[RONDO_MAX_STAGES];
} rondo_direction_buffers;

/* One matrix of weights to be packed (panels.c). */
typedef struct rondo_packing {
    rondo_real *panels;
    int64_t depth, columns;
    rondo_matrix matrix;
    rondo_profile *profile;
} rondo_packing;

/* Output of one layer: after layer norm, dropout and the addition of its input. */
typedef struct rondo_layer_buffer {
    rondo_real *output;     /* [N, output], or NULL: the forward direction's states serve */
    uint8_t *kept;          /* [N, output]: dropout's choice; NULL without dropout */
    rondo_real *normalised; /* [N, output]: layer norm before gain and bias; NULL without */
    rondo_real *norm_scale; /* [N]: what the row was multiplied by */
    bool in_turn; /* directions of the minibatch at hand: each by all threads, one after another */
} rondo_layer_buffer;

/* A state bridge at work; rows are the decoder's. */
typedef struct rondo_state_bridge_buffers {
    rondo_real *input;   /* [B, X]: the encoder's last states, directions side by side */
    rondo_real *value;   /* [B, H]: tanh(W x + b) */
    rondo_real *d_value; /* [B, H]: gradient before the tanh */
    rondo_real *panels, *back_panels; /* W, W' */
} rondo_state_bridge_buffers;

/* What stands between encoder and decoder (bridge.c). */
typedef struct rondo_bridge {
    rondo_state_bridge_buffers *state_bridges;
    rondo_real *d_input;                              /* [B, widest X] */
    rondo_real *context, *context_gates;              /* [B, C]; [B, G H]: b + W_c c */
    rondo_real *d_context_gates;                      /* [B, G H] */
    rondo_real *context_panels, *context_back_panels; /* W_c, W_c' */
} rondo_bridge;

/* Attention at work (attention.c). */
typedef struct rondo_attention {
    rondo_real *output;               /* [N, H]: what the readout sees; NULL: no attention */
    rondo_real *joined;               /* [N, C + H]: c_t and h_t side by side */
    rondo_real *weights;              /* [N, longest source]: a_t */
    rondo_real *keys;                 /* [source N, H]; NULL: the outputs themselves */
    rondo_real *d_output, *d_joined;  /* as output, before the tanh; as joined */
    rondo_real *d_weights;            /* [B, longest source]: of the step at hand */
    rondo_real *d_keys;               /* [source N, H] */
    rondo_real *panels, *back_panels; /* W_o, W_o' */
    rondo_real *key_panels, *key_back_panels; /* W_k, W_k' */
} rondo_attention;

struct rondo_pass {
    const rondo_network *network;
    rondo_pass_size size;
    rondo_arena arena;
    rondo_direction_buffers *directions; /* one a direction */
    rondo_layer_buffer *layers;
    rondo_real
        *first_input; /* [N, I]: rows of the embedding, or values with noise or dropout; or NULL */
    uint8_t *first_kept;    /* dropout's choice: [N, I], or [N] of one-hot inputs; may be NULL */
    rondo_real *pooled;     /* [B, top layer's output]; these four NULL without pooling */
    rondo_real *d_pooled;   /* [B, top layer's output] */
    int32_t *largest_step;  /* [B, top layer's output]: where max found its number */
    int64_t *row_steps;     /* [B]: length of each row */
    rondo_real *prediction; /* [block, K]: of the block of predictions at hand, then its gradient */
    int64_t block;          /* predictions of a readout block */
    int32_t *replaced;      /* [N]: inputs with some unknown; NULL without unknown_rate */
    const int32_t *symbols; /* [N]: the inputs of this pass: the minibatch's, or `replaced` */
    double *bias_sums;      /* [K]: gradient of the readout biases so far */
    double *row_loss;       /* [predictions] */
    double *row_metrics;    /* [predictions, M] */
    rondo_real *readout_panels, *readout_back_panels;
    rondo_real *d_output; /* [N, widest]: gradient of the output of the layer at hand */
    rondo_real *d_input;  /* [N, widest]: gradient of its input; the two change places */
    rondo_real *left;     /* inputs of a layer's weight gradients, packed */
    int64_t *before;      /* [N]: row of the states before each packed row, forward */
    int64_t *split_rows;  /* [N]: packed rows of the first half of the rows, then of the second */
    int64_t *split_rows_before; /* [N]: `before` of those */
    int64_t first_half_tokens;  /* of the first half */
    rondo_real *second_half;    /* weight gradients of the second half, product after product */
    double *half_sums;          /* sums over the rows of each half */
    rondo_real **scratch;       /* one a thread: for products */
    rondo_real **team_left;     /* two a thread: left operands of the recurrence's products */
    rondo_barrier *barriers;    /* one a thread: of the team it leads */
    rondo_thread_speed
        *thread_speeds; /* one a thread, and what follows from them for the minibatch at hand */
    double *speeds;
    rondo_packing *packings; /* all matrices, and the work of packing them */
    rondo_work *packing_work;
    int64_t packing_count;
    rondo_profile *profile;            /* NULL: no clock is read */
    const rondo_pass_watcher *watcher; /* or NULL */
    double core_to_core_latency;       /* 0: not known */
    int32_t *classes;            /* [N]: the most probable that are answered; NULL: not wanted */
    const double *class_weights; /* [K], of training; NULL: all alike */
    rondo_pass *encoder;         /* NULL but in a decoder */
    rondo_bridge bridge;
    rondo_attention attention;
    /* the minibatch at hand */
    const rondo_real *parameters;
    const rondo_batch *batch;
    const uint8_t *selected; /* [N]: rows whose loss counts; NULL: all */
    rondo_real *gradient;
    int64_t step;
    bool training;
    int64_t layer; /* the layer at hand */
};

static inline rondo_row_lengths rondo_batch_ragged(const rondo_batch *batch)
{
    return (rondo_row_lengths){batch->active, batch->rows, batch->steps, batch->tokens};
}

/* Takes all buffers of a pass from its arena (pass_plan.c). */
void rondo_pass_plan(rondo_pass *pass);

/* Predictions of a readout block for a pass of that size. */
int64_t rondo_readout_block(const rondo_network *network, const rondo_pass_size *size);

/* The input of a layer: matrix of N packed rows; for layer 0 also the gathered embedding. */
const rondo_real *rondo_pass_layer_input(const rondo_pass *pass, int64_t layer);
const rondo_real *rondo_pass_layer_output(const rondo_pass *pass, int64_t layer);

static inline const rondo_real *rondo_pass_weights(const rondo_pass *pass, int64_t parameter)
{
    return pass->parameters + pass->network->layout.parameters[parameter].offset;
}

static inline rondo_real *rondo_pass_gradient_of(const rondo_pass *pass, int64_t parameter)
{
    return pass->gradient + pass->network->layout.parameters[parameter].offset;
}

/* First row of a direction's states before and after step t: see the drawing above. */
int64_t rondo_direction_row_before(const rondo_direction_buffers *buffers, const rondo_batch *batch,
                                   int64_t t);
int64_t rondo_direction_row_after(const rondo_direction_buffers *buffers, const rondo_batch *batch,
                                  int64_t t);

/* The cell's view of rows [first_row, +rows) and units [first_unit, +units) at step t: forward
 * buffers; gradient pointers are left NULL. */
void rondo_direction_tile(const rondo_pass *pass, const rondo_direction_buffers *buffers, int64_t t,
                          int64_t first_row, int64_t rows, int64_t first_unit, int64_t units,
                          rondo_cell_tile *tile);

/* The two halves of rondo_pass_train: up to the losses and their gradients, and back (pass.c). */
void rondo_pass_start_training(rondo_pass *pass, const rondo_batch *batch, int64_t step,
                               rondo_real *gradient, rondo_score *score);
void rondo_pass_finish_training(rondo_pass *pass);

/* Stations; each is run by pass.c. */
void rondo_panels_load(rondo_pass *pass);   /* panels.c */
void rondo_input_forward(rondo_pass *pass); /* input.c */
void rondo_input_backward(rondo_pass *pass);
void rondo_layer_forward(rondo_pass *pass); /* layer.c */
void rondo_layer_backward(rondo_pass *pass);
void rondo_weight_gradients(rondo_pass *pass);                /* weight_gradient.c */
void rondo_readout_run(rondo_pass *pass, rondo_score *score); /* readout.c */
void rondo_pooling_forward(rondo_pass *pass);                 /* pooling.c; nothing without it */
void rondo_pooling_backward(rondo_pass *pass);

/* Layer normalisation of the layer's output, in place (layer_norm.c). Backward: the output's
 * gradient becomes the one of what was normalised; gains and biases get theirs. */
void rondo_layer_norm_forward(rondo_pass *pass);
void rondo_layer_norm_backward(rondo_pass *pass);

/* Draws the layer's factors of recurrent dropout for the minibatch (recurrent_dropout.c). */
void rondo_recurrent_dropout_draw(rondo_pass *pass);

/* Between encoder and decoder (bridge.c). plan: buffers from the arena. add_packings: its weights
 * join those of the pass (panels.c). forward: from the encoder's last states to the decoder's first
 * ones and the context; backward: their gradients, and those of the bridge's weights. */
void rondo_bridge_plan(rondo_pass *pass);
void rondo_bridge_add_packings(rondo_pass *pass);
void rondo_bridge_forward(rondo_pass *pass);
void rondo_bridge_backward(rondo_pass *pass);

/* Attention (attention.c), as the bridge. backward: from pass->d_output, the gradient of what the
 * readout saw, to that of the top layers of both sides. */
void rondo_attention_plan(rondo_pass *pass);
void rondo_attention_add_packings(rondo_pass *pass);
void rondo_attention_forward(rondo_pass *pass);
void rondo_attention_backward(rondo_pass *pass);
int64_t rondo_attention_products_size(const rondo_network *network, const rondo_pass_size *size);

/* Room in pass->left that the products of a bridge take. */
int64_t rondo_bridge_products_size(const rondo_network *network, int64_t rows);

/* Weights [inputs, outputs] to be packed, also transposed; panels that are NULL are left out
 * (panels.c). */
void rondo_panels_add(rondo_pass *pass, int64_t inputs, int64_t outputs, const rondo_real *weights,
                      int64_t stride, rondo_real *panels, rondo_real *back_panels);

/* Workers of a parallel run: the layer's directions through all steps (recurrence.c). */
void rondo_recurrence_forward(void *pass, int thread, int count);
void rondo_recurrence_backward(void *pass, int thread, int count);

/* Gaussian noise on pass->first_input, in training (input_noise.c). */
void rondo_input_noise(rondo_pass *pass);

/* Inverted dropout (dropout.c): data[n] *= kept / (1 - rate), over N rows of `width`. `layer`
 * numbers the place in the network, `kind` is a rondo_dropout_kind. */
void rondo_dropout_forward(rondo_pass *pass, int64_t layer, double rate, int kind, int64_t width,
                           uint8_t *kept, rondo_real *data);
void rondo_dropout_backward(const rondo_pass *pass, double rate, int64_t width, const uint8_t *kept,
                            rondo_real *d_data);

/* The same choices for one-hot inputs of `width` symbols, where a row has one number: kept [N]. */
void rondo_dropout_symbols(rondo_pass *pass, double rate, int kind, int64_t width, uint8_t *kept);

/* What a one-hot input is multiplied by: 1, or dropout's 0 or 1 / (1 - rate). */
static inline rondo_real rondo_pass_symbol_factor(const rondo_pass *pass, int64_t n)
{
    if (!pass->first_kept || !pass->training) return 1;
    return pass->first_kept[n] ? (rondo_real)(1.0 / (1.0 - pass->network->input_dropout)) : 0;
}

/* One product of a weight gradient: result = input' d_output over tokens, or added to it. */
typedef struct rondo_gradient_product {
    const rondo_real *input; /* [.., rows] without gaps */
    const int64_t *index;    /* [tokens]: which row of input belongs to a token; NULL: the same */
    int64_t rows, tokens;    /* tokens: packed rows, or some of them */
    const rondo_real *d_output; /* [.., columns], rows d_stride apart */
    const int64_t *d_index;     /* [tokens]: its rows; NULL: the same */
    int64_t d_stride, columns;
    rondo_real *result; /* [rows, columns], rows result_stride apart */
    int64_t result_stride;
    bool add;
} rondo_gradient_product;

/* Of a layer: directions, halves, W and U of blocks added and beside, stages. */
enum { RONDO_MAX_GRADIENT_PRODUCTS = 2 * 2 * 4 * RONDO_MAX_STAGES };

/* All products of one layer together: their inputs packed, then column ranges in parallel, in one
 * loop with `more` work of other kinds. Products of one d_output should follow one another. */
enum { RONDO_MAX_MORE_WORK = 8 };
void rondo_gradient_products_run(const rondo_pass *pass, const rondo_gradient_product *products,
                                 int64_t count, const rondo_work *more, int64_t more_count);

/* Room in pass->left that a layer's, or of `block` packed rows the readout's, products take. */
int64_t rondo_gradient_products_size(const rondo_network *network, int64_t tokens, int64_t block);

/* d_input = sum over directions of d_gates W', by row chunks (layer.c). */
rondo_work rondo_input_gradient_work(rondo_pass *pass);

#endif
