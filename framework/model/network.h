/* The network: what is computed, with which shapes and parameters. Constant while training; what a
 * pass computes with it lives in a pass (model/pass.h).
 *
 *   input (embedding E[x_t], one-hot, or values)                          [N, I]
 *     with features: [E[x_t], F1[y_t], F2[z_t], ..], embeddings side by side
 *   layers, each with one or two directions, side by side                 [N, hidden of both]
 *            dropout(norm(h_t)) + x_t, where the layer has these parts
 *   pooling (none: h_t stays as it is)                                    [B, hidden of both]
 *   readout  z_t = R h_t + b                                              [N, K]; pooled [B, K]
 *            tied (Press & Wolf 2017; Inan, Khosravi & Socher 2017): R is the embedding,
 *            whose row for a symbol is then also what h_t is compared with
 *   loss plugin on (z_t, target_t)
 *
 * Weights are stored [inputs, outputs], so that a step is rows x weights:
 *   input_weights [I, G H]   recurrent_weights [H, G H]   biases [G H]
 *   recurrent_biases [G' H] for separate blocks   a cell's unit parameters [H], shared ones [1]
 *   projection_weights [H, P]   of a cell whose output is projected: recurrent_weights are [P, G H]
 *   recurrent_weights_GATE   stored numbers of a U that is not dense (model/forms.h), or frozen
 *   input_weights_GATE [I, H / k], recurrent_weights_GATE, biases_GATE   of a gate whose units share them
 *   frozen_input_weights, frozen_biases, frozen_recurrent_biases   the same of frozen gates
 * with the G gate blocks of all stages side by side in the plan's order, in each without the blocks
 * that do not have it.
 *
 * An encoder-decoder (task translation) is two networks over one layout: the decoder, with a
 * readout, and its `encoder`, without one; names of parameters begin with "encoder/" and
 * "decoder/". Between them (Sutskever et al. 2014; Cho et al. 2014; Luong et al. 2015), with
 * [x_fwd, x_bwd] for both directions side by side:
 *
 *   state bridges: a starting state of the decoder is r = [r_fwd, r_bwd], the last states of the
 * encoder's layer of the same number, or tanh(W r + b), W [X, H]
 *
 *   context: W_c c, W_c [C, G H], is added to the gates of the decoder's first layer at every step;
 *   c = [r_fwd, r_bwd], the last outputs of the encoder's top layer
 *
 *   attention, between the decoder's top layer and its readout, on all outputs of the encoder's top
 *   layer: W_k [C, H], W_o [C + H, H] (model/attention.c)
 */
#ifndef RONDO_MODEL_NETWORK_H
#define RONDO_MODEL_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/product.h"
#include "base/text.h"
#include "config/experiment.h"
#include "model/layout.h"
#include "rondo/cell.h"
#include "rondo/loss.h"

/* Consecutive gate blocks that have a part (W, or b), and where they stand among the blocks that have
 * it: a part is stored without what is not there. What frozen gates have is a parameter beside that of
 * the others, and so are its blocks. A gate whose units share weights is a run of its own, and what it has
 * a parameter of its own (model/groups.h). */
enum { RONDO_MAX_GATE_RUNS = 32 };
typedef struct rondo_gate_run {
    int64_t first_gate, count, first_block;
    bool is_frozen;
    int64_t group;     /* units that share weights; 1: none do */
    int64_t parameter; /* of such a gate: the layout index */
} rondo_gate_run;

typedef struct rondo_gate_runs {
    int64_t blocks;         /* that have the part and are trained */
    int64_t frozen_blocks;  /* that have it and are not */
    int64_t grouped_blocks; /* that have it and whose units share it */
    int64_t count;
    rondo_gate_run runs[RONDO_MAX_GATE_RUNS];
} rondo_gate_runs;

/* One layer in one direction. Parameter fields are indices into the layout, -1 where there is none.
 */
typedef struct rondo_direction {
    int64_t layer;
    bool reverse;   /* from each sequence's own end to its start */
    int64_t input;  /* I */
    int64_t hidden; /* H */
    int64_t output; /* P: of state 0, which the layer gives and the stages read; H but where the
                             plan has a projection */
    int64_t first_output; /* the column of the layer's output where its units begin */
    double recurrent_dropout;
    double zoneout[RONDO_MAX_STATES]; /* by state */
    const rondo_cell *cell;
    const void *options;
    rondo_cell_plan plan;
    int64_t gate_count;      /* G, all stages */
    int64_t separate_count;  /* G', all stages */
    int64_t recurrent_count; /* of stages with a source */
    int64_t dense_count; /* of these, whose U is dense and trained: columns of recurrent_weights */
    int64_t
        form_weights[RONDO_MAX_STAGES * RONDO_MAX_GATES]; /* by block of U: of a dense one its place
                                 in recurrent_weights, else its own parameter's layout index */
    rondo_gate_runs with_input, with_bias;
    rondo_gate_runs with_recurrent_bias; /* of separate blocks */
    int64_t first_gate[RONDO_MAX_STAGES];
    int64_t first_separate[RONDO_MAX_STAGES];
    int64_t first_recurrent[RONDO_MAX_STAGES]; /* block of recurrent_weights */
    int64_t input_weights, recurrent_weights, biases, recurrent_biases;
    int64_t projection_weights; /* W_p [H, P]; -1 where there is none */
    int64_t frozen_input_weights, frozen_biases, frozen_recurrent_biases;
    int64_t unit_parameters[RONDO_MAX_UNIT_PARAMETERS];
} rondo_direction;

typedef struct rondo_layer {
    int64_t input;
    int64_t output; /* of all directions */
    int64_t group;  /* of its parameters in the layout */
    double dropout;
    int dropout_kind; /* rondo_dropout_kind */
    bool residual;
    int64_t norm_gains, norm_biases; /* layout indices, [output]; -1 without layer norm */
    double norm_epsilon;
    int64_t direction_count; /* 1 or 2 */
    int64_t directions[2];   /* indices into network->directions */
} rondo_layer;

/* Where a starting state of the decoder comes from. */
typedef struct rondo_state_bridge {
    int64_t direction;       /* the decoder's */
    int32_t state;           /* of its cell */
    int64_t layer;           /* the encoder's */
    int32_t from[2];         /* the state that each of its directions gives */
    int64_t width;           /* X */
    int64_t weights, biases; /* layout indices; -1: copied */
} rondo_state_bridge;

typedef struct rondo_network {
    const char *prefix;  /* of names: "", "encoder/", "decoder/" */
    int input_kind;      /* rondo_input_kind */
    int64_t input_width; /* symbols, or values per step */
    int64_t first_width; /* I of the first layer: embeddings, or input_width */
    double input_dropout, unknown_rate;
    double input_noise;     /* standard deviation, in training; not of one-hot inputs */
    int input_dropout_kind; /* rondo_dropout_kind */
    int64_t embedding;      /* layout index or -1 */
    bool frozen;            /* that embedding is a constant */
    int64_t feature_count;
    int64_t features[RONDO_MAX_FEATURES]; /* layout indices of their embeddings */
    int64_t layer_count;
    rondo_layer *layers;
    int64_t direction_count;
    rondo_direction *directions;
    int pooling;             /* rondo_pooling */
    int64_t target_width;    /* classes, or values of a target; 0 of an encoder */
    int64_t output_width;    /* K: target_width times the parts of the loss's predictions */
    int32_t first_class;     /* answers are the best of classes first_class .. K-1 (data/classes.h);
                                0 unless the owner of the dictionaries says so */
    int64_t readout_weights; /* -1: tied, the embedding's first K rows serve */
    int64_t readout_biases;
    const rondo_loss *loss;
    const void *loss_options;
    int32_t loss_parameter_count; /* of the loss's own; layout indices */
    int64_t loss_parameters[RONDO_MAX_LOSS_PARAMETERS];
    rondo_precision precision;    /* of products */
    uint64_t seed;                /* of what changes from step to step: dropout, zoneout .. */
    uint64_t initialization_seed; /* of the parameters */
    rondo_layout layout;
    struct rondo_network
        *encoder; /* NULL but in a decoder, which owns it; its layout is this one */
    int64_t state_bridge_count;
    rondo_state_bridge *state_bridges;
    int64_t context_width; /* C; 0: no context at each step */
    int64_t context_weights;
    int64_t attention_width; /* C; 0: no attention */
    int64_t attention_keys;  /* W_k; -1: the outputs themselves */
    int64_t attention_weights;
} rondo_network;

/* How wide a state of the direction is. [any] */
int64_t rondo_direction_width(const rondo_direction *direction, int32_t state);

/* What products multiply by the config, on this machine: what it lacks is left to
 * rondo_network_check_precision. [main] */
rondo_precision rondo_network_precision(const rondo_experiment *experiment);

/* For training: RONDO_USAGE where train.precision asks for what this machine does not have. [main] */
rondo_status rondo_network_check_precision(const rondo_experiment *experiment, rondo_error *error);

/* Shapes from the config; input_width, target_width and, for the config's features, the sizes of
 * their vocabularies from the data set (NULL: no features, whatever the config says). For task
 * translation the decoder, whose input is as wide as its output; input_width is that of the
 * sources. The plugins
 * and option structs belong to the experiment, which must outlive the network. RONDO_FAILED: no
 * memory, or a cell's plan is out of bounds. RONDO_USAGE: a residual layer's widths do not agree.
 * [main] */
rondo_status rondo_network_create(const rondo_experiment *experiment, int64_t input_width,
                                  int64_t target_width, const int64_t *feature_sizes,
                                  rondo_network **out, rondo_error *error);
void rondo_network_destroy(rondo_network *network);

/* Starting values of all parameters, into a block of layout.size reals; they do not depend on the
 * thread count. RONDO_FAILED: no memory for what large orthogonal blocks need meanwhile. [main] */
rondo_status rondo_network_initialize(const rondo_network *network,
                                      const rondo_initialization_config *config, int threads,
                                      rondo_real *parameters, rondo_error *error);

/* Whether this direction's input is one-hot, so that its product is a row of the weights. */
bool rondo_network_gathers_input(const rondo_network *network, const rondo_direction *direction);

/* Whether an embedding, that of the symbols or of a feature, is trained. */
bool rondo_network_trains_input(const rondo_network *network);

/* Whether the gradient with respect to this direction's input is needed: by a layer or a trained
 * embedding below. */
bool rondo_network_needs_input_gradient(const rondo_network *network,
                                        const rondo_direction *direction);

/* Predictions of a minibatch: one per token or, with pooling, one per row. [any] */
int64_t rondo_network_predictions(const rondo_network *network, int64_t rows, int64_t tokens);

/* Floating-point operations of all matrix products for one token: forward, and forward, backward
 * and weight gradients together. Gathers (embedding, one-hot) and element-wise work are left out,
 * and with pooling the readout, which comes once a sequence. Of an encoder-decoder those of the
 * decoder, for a token of the target, without attention. */
double rondo_network_forward_flops(const rondo_network *network);
double rondo_network_training_flops(const rondo_network *network);

/* What training adds to that for one sequence: the readout behind pooling; 0 without pooling. */
double rondo_network_sequence_flops(const rondo_network *network);

/* What a number of a prediction is where the loss's predictions have parts: the part's name, "" where
 * they have none; whether it is a deviation. [any] */
enum { RONDO_OUTPUT_PART_NAME = 128 };
void rondo_network_output_part(const rondo_network *network, int64_t output,
                               char name[RONDO_OUTPUT_PART_NAME]);
bool rondo_network_output_is_spread(const rondo_network *network, int64_t output);

/* One line a parameter: name and shape. */
void rondo_network_describe(const rondo_network *network, rondo_text *text);

#endif
