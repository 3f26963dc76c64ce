/* A pass: one minibatch through the network, forward and backward, on all threads.
 *
 * The hot path. Everything is allocated when the pass is created, for the largest minibatch;
 * nothing in here fails, locks or allocates. What threads change is who computes a row, a tile or a
 * slice, never how: results are the same bytes for any thread count.
 *
 * Stations of a training pass, each a parallel loop:
 *   gather input -> for each layer: hoisted input product W x + b, then the recurrence
 *   (teams of threads take shards of rows in one direction through all steps), layer norm, dropout
 *   and residual connection where the layer has them -> pooling (rows) -> readout, loss and their
 *   gradient (row chunks) -> pooling backward (steps) -> for each layer, top down: the same parts
 *   back, recurrence backward, weight gradients over the whole minibatch (column ranges), gradient
 *   of the layer's input (row chunks) -> embedding gradient (column ranges)
 *
 * The pass of an encoder-decoder is two passes: first the encoder's, over batch->source; its last
 * states become the decoder's first ones (model/bridge.c); backward the other way round.
 *
 * A team of one never waits inside its time loop; members of a larger one meet once a product
 * (model/team.h). Rows are packed time-major (data/batches/batch.h).
 */
#ifndef RONDO_MODEL_PASS_H
#define RONDO_MODEL_PASS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/batches/batch.h"
#include "model/network.h"
#include "model/profile.h"
#include "model/used_rows.h"

typedef struct rondo_pass rondo_pass;

/* What a pass must have room for. */
typedef struct rondo_pass_size {
    int64_t rows;   /* B */
    int64_t steps;  /* T */
    int64_t tokens; /* N */
    int threads;
    bool training;    /* backward too */
    bool predictions; /* keep those of a whole evaluated minibatch, for rondo_pass_prediction; they
                         are otherwise worked off in blocks, which a large vocabulary needs */
    int64_t source_rows, source_steps, source_tokens; /* encoder-decoder: of the sources */
    int64_t labels;  /* the longest label sequence, where targets are such */
    bool inspection; /* keep the gradients of all states, for model/inspect.h */
} rondo_pass_size;

/* Makes room for every minibatch of `batches`, too. */
void rondo_pass_size_cover(rondo_pass_size *size, const rondo_batches *batches);

/* Sums over a minibatch, in double, in the fixed order of packed rows. */
typedef struct rondo_score {
    double loss;         /* sum over predictions */
    double weight;       /* predictions: tokens or, with pooling, sequences */
    double class_weight; /* sum over predictions of the weights of their classes, what the gradient
                            of the sum is divided by; as `weight` where classes have none */
    double metrics[RONDO_MAX_METRICS]; /* sums of the row values of metrics that have them */
} rondo_score;

void rondo_score_add(rondo_score *score, const rondo_score *more);

/* Bytes that rondo_pass_create will take: exact, it runs the same code. [main] */
rondo_status rondo_pass_bytes(const rondo_network *network, const rondo_pass_size *size,
                              size_t *bytes, rondo_error *error);

/* The network must outlive the pass. [main] */
rondo_status rondo_pass_create(const rondo_network *network, const rondo_pass_size *size,
                               rondo_pass **out, rondo_error *error);
void rondo_pass_destroy(rondo_pass *pass);

/* Every following evaluation writes the most probable class of each packed row, among those that
 * the network answers (network->first_class .. K-1), into `classes` (room for the tokens of the
 * largest minibatch; NULL: stop). [main] */
void rondo_pass_set_classes(rondo_pass *pass, int32_t *classes);

/* Every following training pass multiplies the gradient of each row with the weight of its target
 * class, weights[class] (NULL: stop): the gradient is that of the weighted sum. Losses and metrics
 * of the score are not weighted. The weights must outlive the pass. [main] */
void rondo_pass_set_class_weights(rondo_pass *pass, const double *weights);

/* Every following call runs on so many threads: 1 .. those of its size when it was created. Which
 * never changes a result. [main] */
void rondo_pass_use_threads(rondo_pass *pass, int threads);

/* How long what one thread has written takes to another now (base/parallel.h): work is divided
 * accordingly. Never changes a result. [main] */
void rondo_pass_set_core_to_core_latency(rondo_pass *pass, double seconds);

/* What a training pass tells as it goes, on the thread that called it: the score after the way
 * forward; whether the gradients of a layer's parameters are there. Those of the readout are there
 * then already, where it has weights of its own. NULL: nothing. [main] */
typedef struct rondo_pass_watcher {
    void (*forward_done)(void *context, const rondo_score *score);
    void (*layer_done)(void *context, int64_t layer);
    void *context;
} rondo_pass_watcher;

void rondo_pass_set_watcher(rondo_pass *pass, const rondo_pass_watcher *watcher);

/* Times are added to `profile` (NULL: stop) by every following call. [main] */
void rondo_pass_set_profile(rondo_pass *pass, rondo_profile *profile);

/* Packs the weights into panels: to be called after every change of the parameters. [main] */
void rondo_pass_load(rondo_pass *pass, const rondo_real *parameters);

/* Forward only, without dropout, zoneout by its mean. An encoder-decoder reads batch->source first;
 * where that is NULL and batch->carry true, it goes on from the states and the sources it has read,
 * which must still be there; batch->source_row is given in any case. The score is added to when the
 * batch has targets. [main] */
void rondo_pass_evaluate(rondo_pass *pass, const rondo_batch *batch, rondo_score *score);

/* Forward and backward. gradient (layout.trained_size reals) is overwritten with the gradient of
 * the SUM of the losses: the division by score.weight is the caller's, once. `step` numbers the
 * update, for what is drawn. The score is added to. Where the sum of the losses is not finite,
 * nothing goes back through the layers: the gradient is of no use, and what forward made can be
 * looked at (model/not_finite.h). [main] */
void rondo_pass_train(rondo_pass *pass, const rondo_batch *batch, int64_t step,
                      rondo_real *gradient, rondo_score *score);

/* Every following training pass leaves out of the gradient the rows of the embedding that its minibatch does not use,
 * where these are most: nothing is written there, instead of zeros. Not of an embedding that the readout is tied to,
 * nor of features' or an encoder's. [main] */
void rondo_pass_leave_out_unused_rows(rondo_pass *pass, bool leaves);

/* The rows that the last training pass wrote; NULL: the whole gradient is there. Until the next pass. [any] */
const rondo_used_rows *rondo_pass_used_rows(const rondo_pass *pass);

/* Predictions (before the loss's activation) of the last evaluated minibatch: [N, K], with pooling
 * [B, K]. Only of a pass created with size.predictions. */
const rondo_real *rondo_pass_prediction(const rondo_pass *pass);

/* The label sequence that was answered to row b of the last evaluated minibatch, of a loss of label
 * sequences; there until the next. [any] */
const int32_t *rondo_pass_labels(const rondo_pass *pass, int64_t b, int64_t *count);

/* States carried from the end of one minibatch to the start of the next (batch.carry), by row:
 * count arrays [rows, hidden], "layers/0/forward/hidden". They are part of a checkpoint and may be
 * written to. */
typedef struct rondo_carried {
    const char *name;
    int64_t rows;
    int64_t hidden;
    rondo_real *data;
} rondo_carried;

int64_t rondo_pass_carried_count(const rondo_pass *pass);
rondo_carried rondo_pass_carried(const rondo_pass *pass, int64_t index);

/* Gradient of the sum of the losses with respect to the states the last training pass started from,
 * same order and shapes as the carried states. */
const rondo_real *rondo_pass_initial_gradient(const rondo_pass *pass, int64_t index);

#endif
